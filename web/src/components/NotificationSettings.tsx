/** Of which messages this browser notifies, and whether it does so without the page. */
import { useState } from "preact/hooks";
import { notifyStrings } from "../notify-strings";
import { canNotify, choose, needsHomeScreen } from "../page/notifications";
import { pushOf } from "../page/push";
import type { Notify } from "../page/settings";
import { useApp } from "./app";
import { Choice } from "./Choice";
import { PushSettings } from "./PushSettings";
import { SilenceSettings } from "./SilenceSettings";
import "../styles/notifications.css";

const NOTIFY: readonly (readonly [Notify, string])[] = [
  ["off", notifyStrings.notifyOff],
  ["private", notifyStrings.notifyPrivate],
  ["all", notifyStrings.notifyAll],
];

export function NotificationSettings() {
  const { client } = useApp();
  return (
    <>
      {canNotify() ? <ThisBrowser /> : <p class="aside">{whyNot()}</p>}
      {client.channels.supported.value && <SilenceSettings />}
    </>
  );
}

function whyNot(): string {
  return needsHomeScreen() ? notifyStrings.atHome : notifyStrings.unsupported;
}

function ThisBrowser() {
  const { client, settings } = useApp();
  const push = pushOf(client, settings);
  const isOn = settings.notify.value !== "off";
  const [denied, setDenied] = useState(isOn && Notification.permission !== "granted");
  const take = async (notify: Notify) => {
    if (notify === "off") void push.turnOff();
    setDenied(!(await choose(settings, notify)));
  };
  return (
    <>
      <Choice
        title={notifyStrings.notifyOf}
        options={NOTIFY}
        chosen={settings.notify.value}
        choose={take}
      />
      <p class="aside">{notifyStrings.notifyAbout}</p>
      <p class="failure" role="alert">
        {denied ? notifyStrings.denied : ""}
      </p>
      {isOn && push.supported && <PushSettings push={push} />}
    </>
  );
}
