/** Ending the user's sessions on all devices. */
import { useState } from "preact/hooks";
import { settingsStrings } from "../settings-strings";
import { strings } from "../strings";
import { useApp } from "./app";

export function DeviceSettings() {
  const { client, dialog } = useApp();
  const [said, setSaid] = useState("");
  const leave = async () => {
    setSaid("");
    try {
      await client.session.signOutEverywhere();
      dialog.value = undefined;
    } catch {
      setSaid(strings.unreachable);
    }
  };
  return (
    <>
      <p class="aside">{settingsStrings.signOutEverywhereAbout}</p>
      <div class="dialog-actions">
        <button type="button" class="quiet" onClick={leave}>
          {settingsStrings.signOutEverywhere}
        </button>
      </div>
      <p class="aside" role="status">
        {said}
      </p>
    </>
  );
}
