/** Many change messages at random on two nodes while pages come and go: at rest a page's state holds what a fresh read gives. */
import { setImmediate } from "node:timers/promises";
import type { Message } from "@chinwag/client";
import { expect, onTestFinished, test } from "vitest";
import { rowsOf } from "../src/components/rows";
import type { ChannelId } from "../src/state/channel";
import { isMine, type Line } from "../src/state/line";
import { numbers } from "../src/testing/changing-server";
import { PageState } from "./page-state";
import { LOAD, Server } from "./server";
import { Talker } from "./talker";
import { inboxOf, nameOf, pagesOf, type Random, WRITERS, write } from "./writers";

/** The first of them look at a page as well. */
const PAGES = 3;
const STEPS = 60;
/** Steps of a writer after which the nodes lose their subscriptions. */
const BETWEEN_CUTS = 20;

/** A user, who writes by one connection and reads by a page. */
interface User {
  readonly talker: Talker;
  readonly channels: readonly ChannelId[];
  readonly page: PageState | undefined;
}

async function enter(nodes: readonly Server[]): Promise<User[]> {
  const addressOf = (n: number) => nodes[n % nodes.length]?.address ?? "";
  const names = Array.from({ length: WRITERS }, (_, n) => nameOf(n));
  const talkers = await Promise.all(names.map((name, n) => Talker.signIn(addressOf(n), name)));
  const users = talkers.map(({ uuid }) => uuid);
  const channelCreate = { name: "ops", private: true, users };
  const made = await talkers[0]?.request({ type: "channelCreate", channelCreate });
  if (made?.type !== "channelCreate") throw new Error(`failed to make it: ${JSON.stringify(made)}`);
  const ops = made.channelCreate.UUID;
  return Promise.all(
    talkers.map(async (talker, n) => {
      const beside = [1, WRITERS - 1].map((step) => users[(n + step) % WRITERS] ?? "");
      const channels = ["", ops, ...beside];
      if (n >= PAGES) return { talker, channels, page: undefined };
      // It reads on the other node.
      const page = await PageState.enter(addressOf(n + 1), names[n] ?? "");
      return { talker, channels, page };
    }),
  );
}

async function live({ talker, channels, page }: User, cut: () => void, random: Random) {
  for (let n = 1; n <= STEPS; n++) {
    if (n % BETWEEN_CUTS === 0) cut();
    await write(talker, channels[random(channels.length)] ?? "", random);
    page?.step(channels, random);
    await setImmediate();
  }
}

/** All that is shown of a message, as the page holds it. */
function held(line: Line, me: string, quote: string | undefined) {
  const { seq, sender, text, at, editedAt, deleted = false, pinned = false, replies = 0 } = line;
  const reactions = (line.reactions ?? []).map((each) => ({
    ...each,
    users: [...each.users],
    mine: isMine(line, each, me),
  }));
  const { seq: to, root } = line.answered ?? {};
  const { mentions = [], mentionsAll = false } = line;
  return {
    ...{ seq, sender, text, at, editedAt, deleted, pinned, replies, reactions, to, root, quote },
    ...{ mentions: [...mentions], mentionsAll },
  };
}

/** The same, as the server tells it. */
function told({ ReplyTo, ...message }: Message) {
  const time = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  return {
    seq: message.Seq,
    sender: message.SenderUUID,
    text: message.Message,
    at: time(message.CreatedAt),
    editedAt: time(message.EditedAt),
    deleted: message.DeletedAt !== undefined,
    pinned: message.PinnedAt !== undefined,
    replies: message.Replies ?? 0,
    reactions: (message.Reactions ?? []).map(({ Emoji, Count, Users, Mine = false }) => ({
      ...{ emoji: Emoji, count: Count, users: Users, mine: Mine },
    })),
    to: ReplyTo?.Seq,
    root: ReplyTo?.Root,
    quote: ReplyTo?.Excerpt || undefined,
    mentions: (message.Mentions ?? []).map(({ UUID }) => UUID),
    mentionsAll: message.MentionAll ?? false,
  };
}

/** Compares what a page holds with what the server has; of the `whole` channel, or of the stretch that was read. */
async function compare(page: PageState, talker: Talker, id: ChannelId, whole: boolean) {
  const { changes, history } = page.client;
  const me = talker.uuid;
  const shown = (line: Line) => changes.shown(id, line, me);
  const { lines, first, detached } = history.timeline(id);
  const rows = rowsOf({ lines, pending: [], me, shown });
  const here = lines.map((_, index) => {
    const { line, quote } = rows.at(index);
    return held(line, me, line.deleted ? undefined : quote || undefined);
  });
  const all = (await pagesOf(talker, { recipientUUID: id })).map(told);
  const from = whole ? 0 : Math.max(0, first - 1);
  const end = detached.value ? from + here.length : all.length;
  expect(here).toEqual(all.slice(from, whole ? undefined : end));
}

/** The threads and the pinned messages beside the open channel. */
async function compareListings({ listings }: PageState, talker: Talker): Promise<void> {
  for (const { id, root, lines } of listings) {
    const which = root === undefined ? { pinned: true } : { root };
    const all = await pagesOf(talker, { recipientUUID: id, ...which });
    const bare = (line: ReturnType<typeof told>) => ({ ...line, quote: undefined });
    const here = lines.value.map((line) => bare(held(line, talker.uuid, undefined)));
    expect(here).toEqual(all.map((each) => bare(told(each))));
  }
}

/** What the list shows of each channel. */
async function compareList({ client }: PageState, talker: Talker): Promise<void> {
  const inbox = await inboxOf(talker);
  const here = inbox.map(({ recipientUUID }) => client.channels.get(recipientUUID));
  expect(
    here.map(({ total, last, mentions }) => [
      ...[total, last?.text, last?.deleted ?? false, mentions ?? 0],
    ]),
  ).toEqual(
    inbox.map(({ total, lastMessage: last, mentions }) => [
      ...[total, last?.Message, last?.DeletedAt !== undefined, mentions ?? 0],
    ]),
  );
}

async function compareAll({ page, talker, channels }: User): Promise<void> {
  if (page === undefined) return;
  const rest = () => page.rest(() => inboxOf(talker));
  const { history } = page.client;
  await rest();
  await compareList(page, talker);
  await compareListings(page, talker);
  for (const id of history.kept().keys()) await compare(page, talker, id, false);
  for (const id of channels) {
    page.open.value = id;
    await rest();
    await history.toNewest(id);
    while (!history.timeline(id).atStart) await history.older(id);
    await rest();
    await compare(page, talker, id, true);
    await compareListings(page, talker);
  }
}

async function converge(nodes: readonly Server[], cut: () => void): Promise<void> {
  const seed = Number(process.env.SEED ?? process.hrtime()[1]);
  const users = await enter(nodes);
  await Promise.all(users.map((user, n) => live(user, cut, numbers(seed + n))));
  // What one page sends last comes to the others.
  for (const { page, talker } of [...users, ...users]) await page?.rest(() => inboxOf(talker));
  try {
    for (const user of users) await compareAll(user);
  } catch (error) {
    throw new Error(`failed with the seed ${seed}`, { cause: error });
  }
  for (const { page, talker } of users) {
    page?.leave();
    await talker.leave();
  }
}

test("on the embedded store", async () => {
  const server = await Server.start("embedded", LOAD);
  onTestFinished(() => server.stop());
  await converge([server], () => undefined);
});

test("on two nodes with one Redis", async () => {
  const server = await Server.start("redis", LOAD);
  onTestFinished(() => server.stop());
  const other = await server.another();
  onTestFinished(() => other.stop());
  await converge([server, other], () => void server.cutFeeds());
});
