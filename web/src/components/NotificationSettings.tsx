/** Of which messages this browser notifies. */
import { useState } from "preact/hooks";
import { canNotify, choose } from "../page/notifications";
import type { Notify } from "../page/settings";
import { strings } from "../strings";
import { useApp } from "./app";
import { Choice } from "./Choice";

const NOTIFY: readonly (readonly [Notify, string])[] = [
  ["off", strings.notifyOff],
  ["private", strings.notifyPrivate],
  ["all", strings.notifyAll],
];

export function NotificationSettings() {
  const { settings } = useApp();
  const [denied, setDenied] = useState(false);
  if (!canNotify()) return <p class="aside">{strings.notificationsUnsupported}</p>;
  return (
    <>
      <Choice
        title={strings.notifyOf}
        options={NOTIFY}
        chosen={settings.notify.value}
        choose={async (notify) => setDenied(!(await choose(settings, notify)))}
      />
      <p class="aside">{strings.notifyAbout}</p>
      <p class="aside" role="alert">
        {denied ? strings.notificationsDenied : ""}
      </p>
    </>
  );
}
