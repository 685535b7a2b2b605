/** The files of the open channel, newest first, as its details show them. */
import type { Message } from "@chinwag/client";
import { useEffect, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { fileStrings } from "../file-strings";
import type { ChannelId } from "../state/channel";
import { lineOf } from "../state/line";
import { dateOf } from "../text/date";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { Card } from "./FileViews";
import { isShown } from "./file-kinds";
import { view } from "./viewing";
import { useWork } from "./working";

const PAGE = 6;

export function FileList({ id }: { id: ChannelId }) {
  const app = useApp();
  const { client } = app;
  const work = useWork();
  const [found, setFound] = useState<readonly Message[] | undefined>(undefined);
  const [more, setMore] = useState(false);
  const live = client.session.live.value;
  const load = (before?: number) =>
    work.run(async () => {
      const page = { recipientUUID: id, files: true, limit: PAGE, ...(before && { before }) };
      const reply = await client.socket.request({ type: "channelMessages", channelMessages: page });
      const { messages } = reply.channelMessages;
      setFound([...(before ? (found ?? []) : []), ...messages]);
      setMore(messages.length > 0 && (messages.at(-1)?.Seq ?? 0) > 1);
    });
  const timeline = client.history.timeline(id);
  // Each change of it is one of its version.
  timeline.version.value;
  // A message with files that comes meanwhile is one more.
  const newest = timeline.lines.findLast(({ files }) => files)?.seq;
  useEffect(() => {
    if (live) void load();
  }, [id, live, newest]);
  useEffect(() => {
    const { states } = client.incoming;
    const take = (changed: readonly Message[]) => {
      const deleted = new Set(changed.flatMap(({ UUID, DeletedAt }) => (DeletedAt ? UUID : [])));
      if (deleted.size > 0) setFound((all) => all?.filter(({ UUID }) => !deleted.has(UUID)));
    };
    states.add(take);
    return () => void states.delete(take);
  }, [client]);
  const files = (found ?? [])
    .map((message) => lineOf(message))
    .flatMap((line) => (line.files ?? []).map((file) => ({ line, file })));
  return (
    <section>
      <header>
        <h3>{fileStrings.files}</h3>
      </header>
      {found && files.length === 0 && <p class="aside">{fileStrings.noFilesYet}</p>}
      <ul class="file-list">
        {files.map(({ line, file }) => (
          <li key={file.UUID}>
            <Card file={file} open={isShown(file) ? () => view(app, line, file) : undefined} />
            <small>
              <bdi>{client.personName(line.sender)}</bdi>, {dateOf(line.at)}
            </small>
          </li>
        ))}
      </ul>
      {more && (
        <button
          type="button"
          class="quiet"
          disabled={work.busy}
          onClick={() => void load(found?.at(-1)?.Seq)}
        >
          {channelStrings.more}
        </button>
      )}
      <Failure work={work} />
    </section>
  );
}
