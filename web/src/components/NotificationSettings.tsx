/** Of which messages this browser notifies. */
import { useState } from "preact/hooks";
import { canNotify, choose, needsHomeScreen } from "../page/notifications";
import type { Notify } from "../page/settings";
import { settingsStrings } from "../settings-strings";
import { useApp } from "./app";
import { Choice } from "./Choice";

const NOTIFY: readonly (readonly [Notify, string])[] = [
  ["off", settingsStrings.notifyOff],
  ["private", settingsStrings.notifyPrivate],
  ["all", settingsStrings.notifyAll],
];

export function NotificationSettings() {
  const { settings } = useApp();
  const [denied, setDenied] = useState(false);
  if (!canNotify()) {
    const { notificationsAtHome, notificationsUnsupported } = settingsStrings;
    const why = needsHomeScreen() ? notificationsAtHome : notificationsUnsupported;
    return <p class="aside">{why}</p>;
  }
  return (
    <>
      <Choice
        title={settingsStrings.notifyOf}
        options={NOTIFY}
        chosen={settings.notify.value}
        choose={async (notify) => setDenied(!(await choose(settings, notify)))}
      />
      <p class="aside">{settingsStrings.notifyAbout}</p>
      <p class="aside" role="alert">
        {denied ? settingsStrings.notificationsDenied : ""}
      </p>
    </>
  );
}
