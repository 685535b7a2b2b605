/** Asks before a name that is new to this browser may get an account. */
import { strings } from "../strings";
import { Dialog } from "./Dialog";

interface NewNameDialogProps {
  name: string;
  goOn(): void;
  change(): void;
}

export function NewNameDialog({ name, goOn, change }: NewNameDialogProps) {
  return (
    <Dialog title={strings.askAccount(name)} close={change}>
      <p>{strings.askAccountText}</p>
      <div class="dialog-actions">
        <button type="button" class="primary" autofocus onClick={goOn}>
          {strings.askAccountYes}
        </button>
        <button type="button" class="quiet" onClick={change}>
          {strings.askAccountNo}
        </button>
      </div>
    </Dialog>
  );
}
