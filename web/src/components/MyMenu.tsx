/** The menu in the user's corner: administration, a pause, the shortcuts, about the page, and the way out. */
import { useEffect } from "preact/hooks";
import { wide } from "../page/media";
import { settingsStrings } from "../settings-strings";
import { useApp } from "./app";
import { ICONS } from "./Icon";
import type { MenuProps } from "./Menu";
import { MenuItems } from "./MenuItems";
import { noteSignIn } from "./signing-in";

const KEYS = "M3 6.5h18v11H3zM7 10h.01M10.3 10h.01M13.6 10h.01M17 10h.01M8 14h8";
const SHIELD =
  "M12 3l7.5 3v5.5c0 4.6-3 7.7-7.5 9.5-4.5-1.8-7.5-4.9-7.5-9.5V6zM8.8 12l2.3 2.3 4.2-4.3";
const SIGN_OUT = "M14 4H6v16h8M10 12h10M16.5 8.5L20 12l-3.5 3.5";

export function MyMenu(menu: MenuProps) {
  const { client, dialog, route, settings } = useApp();
  useEffect(() => {
    // The answer tells the user's role, which an admin may have changed.
    const me = client.session.me.value;
    if (me && client.session.live.value) void client.find(me.name).catch(() => undefined);
  }, [client]);
  const open = (name: "about" | "admin" | "notifications" | "shortcuts") => () => {
    dialog.value = name;
  };
  const signOut = () => {
    noteSignIn(settings.kept);
    void client.session.signOut();
    route.toStart();
  };
  const shortcuts = { icon: KEYS, label: settingsStrings.shortcuts, act: open("shortcuts") };
  const pause = { icon: ICONS.muted, label: settingsStrings.pause, act: open("notifications") };
  const admin = { icon: SHIELD, label: settingsStrings.administration, act: open("admin") };
  const items = [
    ...(client.isAdmin.value ? [admin] : []),
    ...(client.channels.supported.value ? [pause] : []),
    ...(wide.value ? [shortcuts] : []),
    { icon: ICONS.about, label: settingsStrings.project, act: open("about") },
    { icon: SIGN_OUT, label: settingsStrings.signOut, act: signOut },
  ];
  return <MenuItems {...menu} items={items} />;
}
