/** The footer of the list: who the user is, whether they are online, the settings and a menu. */
import { silence } from "../page/notifying";
import { strings } from "../strings";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Icon } from "./Icon";
import { lazy } from "./Lazy";
import { Menu } from "./Menu";

const MyMenu = lazy(() => import("./MyMenu"), "MyMenu");

export function MyCorner() {
  const { client, dialog } = useApp();
  const me = client.session.me.value;
  if (me === undefined) return null;
  const live = client.session.live.value;
  const state = live
    ? silence.value || strings.online
    : client.readOnly.value
      ? strings.offline
      : strings.reconnecting;
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
      <Menu label={strings.menu} items={(menu) => <MyMenu {...menu} />} />
    </footer>
  );
}
