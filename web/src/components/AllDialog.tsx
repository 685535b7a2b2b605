/** Asks before a message mentions all members of a channel, or says that only its owners may. */
import { mentionStrings } from "../mention-strings";
import type { ChannelId } from "../state/channel";
import { useApp } from "./app";
import { Dialog } from "./Dialog";

/** Above this the server takes it from owners alone. */
const FEW = 50;

interface AllDialogProps {
  id: ChannelId;
  send: (all: boolean) => void;
  close: () => void;
}

export function AllDialog({ id, send, close }: AllDialogProps) {
  const { client } = useApp();
  const { usersTotal = 0, Owner } = client.channels.get(id).details ?? {};
  const may = usersTotal <= FEW || Owner === true;
  const sendsTo = (all: boolean) => () => {
    close();
    send(all);
  };
  return (
    <Dialog title={mentionStrings.askAll(usersTotal)} close={close}>
      <p>
        {may ? mentionStrings.askAllAbout(client.title(id)) : mentionStrings.allRefused(usersTotal)}
      </p>
      <div class="dialog-actions">
        {may && (
          <button type="button" class="primary" autofocus onClick={sendsTo(true)}>
            {mentionStrings.notifyAll}
          </button>
        )}
        <button type="button" class="quiet" autofocus={!may} onClick={sendsTo(false)}>
          {mentionStrings.sendWithout}
        </button>
      </div>
    </Dialog>
  );
}
