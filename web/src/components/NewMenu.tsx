/** The "+" beside the name of the page: a new channel or group, or a look at the public channels. */
import { strings } from "../strings";
import { useApp } from "./app";
import { lazy } from "./Lazy";
import { Menu } from "./Menu";

const NewMenuItems = lazy(() => import("./NewMenuItems"), "NewMenuItems");

export function NewMenu() {
  const { client } = useApp();
  if (!client.channels.supported.value || client.readOnly.value) return null;
  return (
    <Menu label={strings.newMenu} icon="plus" items={(menu) => <NewMenuItems {...menu} />} down />
  );
}
