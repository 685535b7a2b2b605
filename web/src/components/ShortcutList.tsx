/** The keyboard shortcuts and what they do. */
import { strings } from "../strings";

const { keys } = strings;
const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? keys.command : keys.ctrl;

const SHORTCUTS: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  [strings.shortcutSwitch, [[COMMAND, "K"]]],
  [strings.shortcutPrevious, [[keys.alt, "↑"]]],
  [strings.shortcutNext, [[keys.alt, "↓"]]],
  [strings.shortcutPreviousUnread, [[keys.alt, keys.shift, "↑"]]],
  [strings.shortcutNextUnread, [[keys.alt, keys.shift, "↓"]]],
  [strings.shortcutNewest, [[keys.escape]]],
  [strings.shortcutSearch, [["/"]]],
  [strings.shortcutSend, [[keys.enter]]],
  [strings.shortcutBreak, [[keys.shift, keys.enter]]],
  [strings.shortcutMessages, [[keys.enter], ["↑"], ["↓"]]],
  [strings.shortcutHelp, [["?"], [COMMAND, "/"]]],
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
