/** A message as it is kept, and what two of its states tell together. */
import type { Message } from "@chinwag/client";
import { type FileInfo, saidIn } from "./files";

/** Small, because a hundred thousand of them may be scrolled through. */
export interface Line {
  readonly seq: number;
  readonly sender: string;
  /** Empty once it is deleted. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Set on what this page sent: lets its row stay the same when it stops being pending. */
  readonly clientUUID?: string | undefined;
  /** The `Rev` of its last change. */
  readonly rev?: number | undefined;
  /** When its text was last edited, in milliseconds since 1970. */
  readonly editedAt?: number | undefined;
  readonly deleted?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly reactions?: readonly Reaction[] | undefined;
  /** The emoji with which the user reacted, as far as `mineAt` goes. */
  readonly mine?: readonly string[] | undefined;
  /** The `Rev` of the state that told `mine`, where that isn't `rev`. */
  readonly mineAt?: number | undefined;
  /** How many messages answer the one that began the chain, and one another. */
  readonly replies?: number | undefined;
  readonly answered?: Answered | undefined;
  /** The users whom it mentions by name. */
  readonly mentions?: readonly string[] | undefined;
  readonly mentionsAll?: boolean | undefined;
  readonly files?: readonly FileInfo[] | undefined;
  /** The name that a hook's message bears in the place of its sender's. */
  readonly as?: string | undefined;
}

export interface Reaction {
  readonly emoji: string;
  readonly count: number;
  /** The first five who reacted. */
  readonly users: readonly string[];
}

/** The message that another one answers. */
export interface Answered {
  readonly seq: number;
  /** The first message of the chain. */
  readonly root: number;
  readonly sender: string;
  /** The name that it bears in the place of its sender's, if a hook has written it. */
  readonly as?: string | undefined;
  /** Its beginning; for where the message itself isn't there. */
  readonly excerpt?: string | undefined;
}

/** The `mineAt` of a state that doesn't tell which reactions are the user's. */
const UNTOLD = -1;
/** What a reply quotes, in characters. */
const EXCERPT = 100;

/** `live` states don't tell which reactions are the user's. */
export function lineOf(message: Message, live = false): Line {
  const { Seq, SenderUUID, Message: text, CreatedAt, clientUUID, Rev, ReplyTo } = message;
  const at = Date.parse(CreatedAt);
  const { As, EditedAt, DeletedAt, PinnedAt, Reactions, Replies, Mentions, MentionAll, Files } =
    message;
  const line = {
    ...{ seq: Seq, sender: SenderUUID, text, at },
    ...(clientUUID && { clientUUID }),
    ...(Mentions && { mentions: Mentions.map(({ UUID }) => UUID) }),
    ...(MentionAll && { mentionsAll: true }),
    ...(Files && { files: Files }),
    ...(As && { as: As }),
  };
  // Most messages never change.
  if (!Rev && !ReplyTo && !DeletedAt) return line;
  return {
    ...line,
    ...(Rev && { rev: Rev }),
    ...(EditedAt && { editedAt: Date.parse(EditedAt) }),
    ...(DeletedAt && { deleted: true }),
    ...(PinnedAt && { pinned: true }),
    ...(Reactions && { reactions: Reactions.map(reactionOf) }),
    ...(Reactions && { mine: Reactions.filter(({ Mine }) => Mine).map(({ Emoji }) => Emoji) }),
    ...(live && { mineAt: UNTOLD }),
    ...(Replies && { replies: Replies }),
    ...(ReplyTo && { answered: answeredOf(ReplyTo) }),
  };
}

function reactionOf({ Emoji, Count, Users }: NonNullable<Message["Reactions"]>[number]): Reaction {
  return { emoji: Emoji, count: Count, users: Users };
}

function answeredOf(reply: NonNullable<Message["ReplyTo"]>): Answered {
  const { Seq, Root, SenderUUID, As, Excerpt } = reply;
  const answered = { seq: Seq, root: Root, sender: SenderUUID, ...(As && { as: As }) };
  // Without text it has files; without an excerpt it is deleted.
  return Excerpt === undefined ? answered : { ...answered, excerpt: Excerpt || "📎" };
}

/** The newer of two states of a message, with what the better informed one tells of the user's own reactions. */
export function merged(held: Line, told: Line): Line {
  const isNewer = revOf(told) > revOf(held);
  const isBetter = mineAtOf(told) > mineAtOf(held);
  if (!isNewer && !isBetter) return held;
  const { mine } = isBetter ? told : held;
  const mineAt = Math.max(mineAtOf(told), mineAtOf(held));
  const { clientUUID } = held;
  return { ...(isNewer ? told : held), ...(clientUUID && { clientUUID }), mine, mineAt };
}

/** Whether `me` is one of those who reacted. The names tell, unless there are more than are named. */
export function isMine({ mine }: Line, { emoji, count, users }: Reaction, me: string): boolean {
  return users.includes(me) || (count > users.length && mine?.includes(emoji) === true);
}

/** Whether it mentions `me` or all members, or answers `me`. */
export function isFor(me: string, { sender, mentions, mentionsAll, answered }: Line): boolean {
  return (
    sender !== me && (mentionsAll || mentions?.includes(me) || answered?.sender === me) === true
  );
}

function revOf({ rev = 0 }: Line): number {
  return rev;
}

function mineAtOf({ mineAt, rev = 0 }: Line): number {
  return mineAt ?? rev;
}

/** The beginning of a message's text, as the server quotes it; of one without text its files. */
export function excerptOf({ text: written, files }: Pick<Line, "text" | "files">): string {
  const text = saidIn(written, files);
  const signs = [...text.slice(0, 3 * EXCERPT)];
  return signs.length > EXCERPT ? `${signs.slice(0, EXCERPT).join("")}…` : text;
}
