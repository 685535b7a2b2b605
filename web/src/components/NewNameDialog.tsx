/** Asks before a name that is new to this browser may get an account. */
import { settingsStrings } from "../settings-strings";
import { Dialog } from "./Dialog";

interface NewNameDialogProps {
  name: string;
  goOn(): void;
  change(): void;
}

export function NewNameDialog({ name, goOn, change }: NewNameDialogProps) {
  return (
    <Dialog title={settingsStrings.askAccount(name)} close={change}>
      <p>{settingsStrings.askAccountText}</p>
      <div class="dialog-actions">
        <button type="button" class="primary" autofocus onClick={goOn}>
          {settingsStrings.askAccountYes}
        </button>
        <button type="button" class="quiet" onClick={change}>
          {settingsStrings.askAccountNo}
        </button>
      </div>
    </Dialog>
  );
}
