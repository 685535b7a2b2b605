/** What can be made or found: a new channel or group, and the public channels. */
import { channelStrings } from "../channel-strings";
import { strings } from "../strings";
import { type DialogName, useApp } from "./app";
import { ICONS } from "./Icon";
import type { MenuProps } from "./Menu";
import { MenuItems } from "./MenuItems";

const CHOICES: readonly (readonly [icon: string, label: string, dialog: DialogName])[] = [
  [ICONS.hash, strings.newChannel, "newChannel"],
  [ICONS.people, channelStrings.newGroup, "newGroup"],
  [ICONS.search, strings.browse, "browse"],
];

export function NewMenuItems(menu: MenuProps) {
  const { dialog } = useApp();
  const items = CHOICES.map(([icon, label, name]) => ({
    icon,
    label,
    act: () => {
      dialog.value = name;
    },
  }));
  return <MenuItems {...menu} items={items} />;
}
