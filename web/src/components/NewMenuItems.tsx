/** What can be made or found: a new channel or group, the public channels, and people. */
import { channelStrings } from "../channel-strings";
import { peopleStrings } from "../people-strings";
import { strings } from "../strings";
import { type DialogName, useApp } from "./app";
import { ICONS } from "./Icon";
import type { MenuProps } from "./Menu";
import { MenuItems } from "./MenuItems";

const PERSON = "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-4 3.4-6 7.5-6s7.5 2 7.5 6";

const CHOICES: readonly (readonly [icon: string, label: string, dialog: DialogName])[] = [
  [ICONS.hash, strings.newChannel, "newChannel"],
  [ICONS.people, channelStrings.newGroup, "newGroup"],
  [ICONS.search, strings.browse, "browse"],
  [PERSON, peopleStrings.people, "people"],
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
