/** The footer of the list: who the user is, whether they are online, the settings and a menu. */
import { wide } from "../page/media";
import { strings } from "../strings";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Icon } from "./Icon";
import { Menu, type MenuItem } from "./Menu";
import { noteSignIn } from "./signing-in";

export function MyCorner() {
  const { client, dialog, route, settings } = useApp();
  const me = client.session.me.value;
  if (me === undefined) return null;
  const live = client.session.live.value;
  const state = live
    ? strings.online
    : client.readOnly.value
      ? strings.offline
      : strings.reconnecting;
  const signOut = () => {
    noteSignIn(settings.kept);
    void client.session.signOut();
    route.toStart();
  };
  const shortcuts: MenuItem = {
    icon: "keys",
    label: strings.shortcuts,
    act: () => {
      dialog.value = "shortcuts";
    },
  };
  const items: readonly MenuItem[] = [
    ...(wide.value ? [shortcuts] : []),
    {
      icon: "about",
      label: strings.project,
      act: () => {
        dialog.value = "about";
      },
    },
    { icon: "signOut", label: strings.signOut, act: signOut },
  ];
  return (
    <footer class="me">
      <Avatar uuid={me.uuid} name={me.name} online={live} />
      <span class="me-name">
        <bdi>{me.name}</bdi>
        <small>{state}</small>
      </span>
      <button
        type="button"
        class="icon-button"
        aria-label={strings.settings}
        title={strings.settings}
        onClick={() => {
          dialog.value = "settings";
        }}
      >
        <Icon name="settings" />
      </button>
      <Menu label={strings.menu} items={items} />
    </footer>
  );
}
