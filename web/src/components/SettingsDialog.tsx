/** The user's choices for this browser. */
import { useState } from "preact/hooks";
import { install } from "../page/install";
import { canNotify, choose } from "../page/notifications";
import type { Notify, Theme } from "../page/settings";
import { strings } from "../strings";
import { AccountSettings } from "./AccountSettings";
import { useApp } from "./app";
import { Choice } from "./Choice";
import { Dialog } from "./Dialog";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", strings.themeSystem],
  ["light", strings.themeLight],
  ["dark", strings.themeDark],
];
const NOTIFY: readonly (readonly [Notify, string])[] = [
  ["off", strings.notifyOff],
  ["private", strings.notifyPrivate],
  ["all", strings.notifyAll],
];

export function SettingsDialog() {
  const { settings, dialog } = useApp();
  const [denied, setDenied] = useState(false);
  const notify = async (choice: Notify) => setDenied(!(await choose(settings, choice)));
  const offer = install.value;
  return (
    <Dialog title={strings.settings}>
      <Choice
        title={strings.theme}
        options={THEMES}
        chosen={settings.theme.value}
        choose={(theme) => {
          settings.theme.value = theme;
        }}
      />
      {canNotify() ? (
        <Choice
          title={strings.notifications}
          options={NOTIFY}
          chosen={settings.notify.value}
          choose={notify}
        />
      ) : (
        <p class="aside">{strings.notificationsUnsupported}</p>
      )}
      {denied && (
        <p class="aside" role="alert">
          {strings.notificationsDenied}
        </p>
      )}
      <label class="switch">
        <input
          type="checkbox"
          checked={settings.singleKeys.value}
          onChange={(event) => {
            settings.singleKeys.value = event.currentTarget.checked;
          }}
        />
        <span>
          {strings.singleKeys}
          <small>{strings.singleKeysAbout}</small>
        </span>
      </label>
      <AccountSettings />
      <div class="dialog-actions">
        {offer && (
          <button type="button" class="quiet" onClick={offer}>
            {strings.install}
          </button>
        )}
        <button
          type="button"
          class="quiet"
          onClick={() => {
            dialog.value = "shortcuts";
          }}
        >
          {strings.shortcuts}
        </button>
      </div>
    </Dialog>
  );
}
