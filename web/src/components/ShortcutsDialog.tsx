/** The list of keyboard shortcuts, in a dialog. */
import { strings } from "../strings";
import { Dialog } from "./Dialog";
import { ShortcutList } from "./ShortcutList";

export function ShortcutsDialog() {
  return (
    <Dialog title={strings.shortcuts}>
      <ShortcutList />
    </Dialog>
  );
}
