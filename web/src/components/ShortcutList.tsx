/** The keyboard shortcuts and what they do. */
import { settingsStrings } from "../settings-strings";

const { keys } = settingsStrings;
const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? keys.command : keys.ctrl;

const SHORTCUTS: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  [settingsStrings.shortcutSwitch, [[COMMAND, "K"]]],
  [settingsStrings.shortcutSearchHere, [[COMMAND, "F"]]],
  [settingsStrings.shortcutPrevious, [[keys.alt, "↑"]]],
  [settingsStrings.shortcutNext, [[keys.alt, "↓"]]],
  [settingsStrings.shortcutPreviousUnread, [[keys.alt, keys.shift, "↑"]]],
  [settingsStrings.shortcutNextUnread, [[keys.alt, keys.shift, "↓"]]],
  [settingsStrings.shortcutNewest, [[keys.escape]]],
  [settingsStrings.shortcutActivity, [[COMMAND, "I"]]],
  [settingsStrings.shortcutSearch, [["/"]]],
  [settingsStrings.shortcutSend, [[keys.enter]]],
  [settingsStrings.shortcutBreak, [[keys.shift, keys.enter]]],
  [settingsStrings.shortcutEdit, [["↑"]]],
  [settingsStrings.shortcutMessages, [[keys.enter], ["↑"], ["↓"]]],
  [settingsStrings.shortcutHelp, [["?"], [COMMAND, "/"]]],
];

export function ShortcutList() {
  return (
    <dl class="shortcuts">
      {SHORTCUTS.map(([what, combinations]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd>
            {combinations.map((keys) => (
              <span key={keys.join()}>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
