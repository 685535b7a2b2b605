/** The list of keyboard shortcuts, in a dialog. */
import { settingsStrings } from "../settings-strings";
import { Dialog } from "./Dialog";
import { ShortcutList } from "./ShortcutList";

export function ShortcutsDialog() {
  return (
    <Dialog title={settingsStrings.shortcuts}>
      <ShortcutList />
    </Dialog>
  );
}
