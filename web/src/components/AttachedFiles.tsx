/** The files that go with the next message, each with its progress. */

import { explainFailure } from "../failure-strings";
import { fileStrings, sizeOf } from "../file-strings";
import { attachmentsOf } from "../page/attaching";
import type { ChannelId } from "../state/channel";
import type { Attached } from "../state/writing";
import { useApp } from "./app";
import { Cross } from "./Cross";
import { fileIcons } from "./file-icons";
import { Drawing } from "./Icon";
import "../styles/attached.css";

interface AttachedFilesProps {
  /** Where they are kept: a channel, or the key of a thread. */
  at: string;
  id: ChannelId;
}

export function AttachedFiles({ at, id }: AttachedFilesProps) {
  const { client } = useApp();
  const attachments = attachmentsOf(client);
  const all = attachments.of(at);
  return (
    <div class="attached">
      <ul aria-label={fileStrings.attached}>
        {all.map((file) => (
          <li key={file.id}>
            <Item file={file} at={at} id={id} />
          </li>
        ))}
      </ul>
      <p role="status">{attachments.isWanted(at) ? fileStrings.sendsLater : ""}</p>
    </div>
  );
}

function Item({ file, at, id }: AttachedFilesProps & { file: Attached }) {
  const { client } = useApp();
  const attachments = attachmentsOf(client);
  const { Name, Size, UUID } = file.info;
  return (
    <>
      {file.picture ? <img src={file.picture} alt="" /> : <Drawing path={fileIcons.clip} />}
      <bdi>{Name}</bdi>
      <State file={file} />
      {UUID === "" && !file.why && (
        <progress
          aria-label={fileStrings.progress(Name)}
          max={Math.max(1, Size)}
          value={file.sent}
        />
      )}
      {file.why !== undefined && (
        <button
          type="button"
          class="icon-button"
          aria-label={fileStrings.retry(Name)}
          onClick={() => attachments.retry(at, id, file.id)}
        >
          <Drawing path={fileIcons.retry} />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={fileStrings.remove(Name)}
        onClick={(event) => {
          event.currentTarget.closest(".composer")?.querySelector("textarea")?.focus();
          attachments.remove(at, file.id);
        }}
      >
        <Cross />
      </button>
    </>
  );
}

function State({ file }: { file: Attached }) {
  const { client } = useApp();
  const { Size, UUID } = file.info;
  if (file.why !== undefined) return <small role="alert">{explainFailure(file.why)}</small>;
  if (UUID) return <small>{sizeOf(Size)}</small>;
  if (!client.session.live.value) return <small>{fileStrings.waits}</small>;
  return (
    <small>
      {Math.floor((100 * file.sent) / Math.max(1, Size))} % · {sizeOf(Size)}
    </small>
  );
}
