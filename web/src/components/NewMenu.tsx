/** The "+" beside the name of the page: a new channel or group, or a look at the public channels. */
import { strings } from "../strings";
import { type DialogName, useApp } from "./app";
import type { IconName } from "./Icon";
import { Menu } from "./Menu";

const CHOICES: readonly (readonly [IconName, string, DialogName])[] = [
  ["hash", strings.newChannel, "newChannel"],
  ["people", strings.newGroup, "newGroup"],
  ["search", strings.browse, "browse"],
];

export function NewMenu() {
  const { client, dialog } = useApp();
  if (!client.channels.supported.value || client.readOnly.value) return null;
  const items = CHOICES.map(([icon, label, name]) => ({
    icon,
    label,
    act: () => {
      dialog.value = name;
    },
  }));
  return <Menu label={strings.newMenu} icon="plus" items={items} down />;
}
