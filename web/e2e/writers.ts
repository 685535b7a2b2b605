/** Says and changes messages at random, as several people do at once. */
import type { HistoryPage, InboxChannel, Message, RequestBody } from "@chinwag/client";
import type { ChannelId } from "../src/state/channel";
import type { Talker } from "./talker";

/** More than a reaction names. */
export const WRITERS = 8;

export function nameOf(writer: number): string {
  return `Writer ${writer}`;
}

export type Random = (below: number) => number;

const EMOJI = ["👍", "❤️", "🎉"];
/** More than is quoted of a message. */
const LONG = ", and goes on with 👩‍👩‍👧 and more than a quote holds".repeat(2);

/** Mostly one of the newest messages is changed, or the first, so that changes meet. */
export async function write(
  talker: Talker,
  recipientUUID: ChannelId,
  random: Random,
): Promise<void> {
  const newest = await pageOf(talker, { recipientUUID, limit: 8 });
  const { Seq } = newest[random(newest.length || 1)] ?? { Seq: 0 };
  await talker.request(somethingNew(recipientUUID, Seq && (random(4) > 0 ? Seq : 1), random));
}

/** A change to the message `seq`, or a message; without a message there, `seq` is 0. */
export function somethingNew(recipientUUID: ChannelId, seq: number, random: Random): RequestBody {
  const to = random(3) === 0 ? `@${nameOf(random(WRITERS))} ` : "";
  const message = `${to}said ${random(1_000_000)}${random(4) === 0 ? LONG : ""}`;
  const said: RequestBody = {
    type: "channelMessage",
    channelMessage: {
      ...{ recipientUUID, message },
      ...(random(2) === 0 && seq > 0 && { replyTo: seq }),
      ...(random(8) === 0 && { mentionAll: true }),
    },
  };
  if (seq === 0) return said;
  const place = { recipientUUID, seq };
  const on = random(3) > 0;
  const emoji = EMOJI[random(2) * random(EMOJI.length)] ?? "";
  const changes: readonly RequestBody[] = [
    ...[said, said, said, said],
    { type: "messageEdit", messageEdit: { ...place, message } },
    { type: "messageEdit", messageEdit: { ...place, message } },
    seq > 1 ? { type: "messageDelete", messageDelete: place } : said,
    { type: "messagePin", messagePin: { ...place, on } },
    { type: "messageReact", messageReact: { ...place, emoji, on } },
    { type: "messageReact", messageReact: { ...place, emoji, on } },
  ];
  return changes[random(changes.length)] ?? said;
}

export async function pageOf(talker: Talker, page: HistoryPage): Promise<readonly Message[]> {
  const reply = await talker.request({ type: "channelMessages", channelMessages: page });
  if (reply.type !== "channelMessages") throw new Error(`failed to read: ${JSON.stringify(reply)}`);
  return reply.channelMessages.messages;
}

/** All that a page and its next ones hold, in the order of `Seq`. */
export async function pagesOf(talker: Talker, page: HistoryPage): Promise<readonly Message[]> {
  const all: Message[] = [];
  let after = 0;
  for (;;) {
    const next = await pageOf(talker, { ...page, limit: 100, after });
    if (next.length === 0) return all;
    all.push(...next);
    after = next.at(-1)?.Seq ?? 0;
  }
}

export async function inboxOf(talker: Talker): Promise<readonly InboxChannel[]> {
  const wants = ["channels", "changes"];
  const reply = await talker.request({ type: "inbox", inbox: { wants } });
  if (reply.type !== "inbox") throw new Error(`failed to read: ${JSON.stringify(reply)}`);
  return reply.inbox.channels;
}
