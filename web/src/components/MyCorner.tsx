/** The footer of the list: who the user is, whether they are online, settings and Log out. */
import { strings } from "../strings";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Icon } from "./Icon";

export function MyCorner() {
  const { client, dialog, route } = useApp();
  const me = client.session.me.value;
  if (me === undefined) return null;
  const live = client.session.live.value;
  const state = live
    ? strings.online
    : client.readOnly.value
      ? strings.offline
      : strings.reconnecting;
  const logOut = () => {
    void client.session.signOut();
    route.toStart();
  };
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
      <button type="button" class="quiet" onClick={logOut}>
        {strings.logOut}
      </button>
    </footer>
  );
}
