/** The keyboard shortcuts, and whether single keys are such. */
import { settingsStrings } from "../settings-strings";
import { useApp } from "./app";
import { ShortcutList } from "./ShortcutList";

export function KeySettings() {
  const { settings } = useApp();
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          checked={settings.singleKeys.value}
          onChange={(event) => {
            settings.singleKeys.value = event.currentTarget.checked;
          }}
        />
        <span>
          {settingsStrings.singleKeys}
          <small>{settingsStrings.singleKeysAbout}</small>
        </span>
      </label>
      <ShortcutList />
    </>
  );
}
