/** The keyboard shortcuts, and whether single keys are such. */
import { strings } from "../strings";
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
          {strings.singleKeys}
          <small>{strings.singleKeysAbout}</small>
        </span>
      </label>
      <ShortcutList />
    </>
  );
}
