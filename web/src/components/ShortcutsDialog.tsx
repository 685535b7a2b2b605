/** The list of keyboard shortcuts. */
import { strings } from "../strings";
import { Dialog } from "./Dialog";

const { keys } = strings;
const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? keys.command : keys.ctrl;

const SHORTCUTS: readonly (readonly [string, readonly string[]])[] = [
  [strings.shortcutSwitch, [COMMAND, "K"]],
  [strings.shortcutPrevious, [keys.alt, "↑"]],
  [strings.shortcutNext, [keys.alt, "↓"]],
  [strings.shortcutPreviousUnread, [keys.alt, keys.shift, "↑"]],
  [strings.shortcutNextUnread, [keys.alt, keys.shift, "↓"]],
  [strings.shortcutNewest, [keys.escape]],
  [strings.shortcutSearch, ["/"]],
  [strings.shortcutSend, [keys.enter]],
  [strings.shortcutBreak, [keys.shift, keys.enter]],
  [strings.shortcutHelp, ["?"]],
  [strings.shortcutHelp, [COMMAND, "/"]],
];

export function ShortcutsDialog() {
  return (
    <Dialog title={strings.shortcuts}>
      <dl class="shortcuts">
        {SHORTCUTS.map(([what, combination]) => (
          <div key={combination.join()}>
            <dt>{what}</dt>
            <dd>
              {combination.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
