/** The user's changes to messages, and channels marked as unread: shown at once, sent one after the other, and taken back where they are refused. */
import {
  Disconnected,
  ErrorCode,
  isTemporary,
  type MessageRef,
  type PrefsChange,
  Refusal,
  type RequestBody,
  retryAfter,
  type Socket,
} from "@chinwag/client";
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import { isMine, type Line, type Reaction } from "./line";

/** It is its own request, which can be made again: what is so already stays. */
export type Change = Extract<
  RequestBody,
  { type: "messageEdit" | "messageDelete" | "messageReact" | "messagePin" | "channelPrefs" }
>;

export interface RefusedChange {
  readonly change: Change;
  readonly why: unknown;
}

/** How long a deletion can be undone before it is sent, in milliseconds. */
const UNDO = 5000;
const NAMED = 5;

export class Changes {
  /** Those that the server hasn't answered, in the order in which they are sent. */
  readonly #waiting = signal<readonly Change[]>([]);
  /** The deletion that can be undone. */
  readonly undoable = signal<Change | undefined>(undefined);
  readonly refused = signal<RefusedChange | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #live = false;
  #sending = false;

  constructor(readonly socket: Pick<Socket, "request">) {}

  /** Whether no words would be lost with the page. */
  get safe(): boolean {
    return this.#waiting.value.every(({ type }) => type !== "messageEdit");
  }

  /** Whether the server has answered all of them. */
  get answered(): boolean {
    return this.#waiting.value.length === 0;
  }

  /** The marks as unread among them. */
  get marks(): readonly PrefsChange[] {
    return this.#waiting.value.flatMap((change) =>
      change.type === "channelPrefs" ? change.channelPrefs : [],
    );
  }

  /** Between `start` and `stop` the connection acts for the user. */
  start(): void {
    this.#live = true;
    void this.#send();
  }

  stop(): void {
    this.#live = false;
  }

  /** A later change of the same kind takes the place of one that waits. */
  make(change: Change): void {
    const key = keyOf(change);
    this.#waiting.value = [
      ...this.#waiting.value.filter((waiting) => keyOf(waiting) !== key),
      change,
    ];
    void this.#send();
  }

  /** It is sent once it can't be undone any more. */
  delete(messageDelete: MessageRef): void {
    this.flush();
    const change: Change = { type: "messageDelete", messageDelete };
    this.undoable.value = change;
    this.make(change);
    this.#timer = setTimeout(() => this.flush(), UNDO);
  }

  undo(): void {
    const change = this.undoable.value;
    this.#endUndo();
    if (change) this.#drop(change);
  }

  /** Sends at once what could still be undone. */
  flush(): void {
    this.#endUndo();
    void this.#send();
  }

  clear(): void {
    this.stop();
    this.#endUndo();
    this.#waiting.value = [];
    this.refused.value = undefined;
  }

  /** A message of the channel as it will be once the server has taken all changes. */
  shown(id: ChannelId, line: Line, me: string): Line {
    return this.#waiting.value
      .filter((change) => {
        const { recipientUUID, seq } = messageOf(change);
        return seq === line.seq && recipientUUID === id;
      })
      .reduce((changed, change) => withChange(changed, change, me), line);
  }

  #endUndo(): void {
    clearTimeout(this.#timer);
    this.undoable.value = undefined;
  }

  #drop(change: Change): void {
    this.#waiting.value = this.#waiting.value.filter((waiting) => waiting !== change);
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    const next = () => this.#waiting.value.find((change) => change !== this.undoable.value);
    for (let change = next(); change && this.#live; change = next()) await this.#sendOne(change);
    this.#sending = false;
  }

  async #sendOne(change: Change): Promise<void> {
    try {
      await this.socket.request(change);
      this.#drop(change);
    } catch (why) {
      if (isTemporary(why)) await new Promise((resolve) => setTimeout(resolve, retryAfter(why)));
      else if (isSignedOut(why)) this.stop();
      else {
        this.#drop(change);
        this.refused.value = { change, why };
      }
    }
  }
}

/** The request says nothing of itself then, and is made again on the next connection. */
function isSignedOut(why: unknown): boolean {
  if (why instanceof Disconnected) return true;
  return why instanceof Refusal && why.code === ErrorCode.SignInFirst;
}

/** The payload is the property that the type names. */
function messageOf(change: Change): MessageRef & { emoji?: string } {
  return (change as unknown as Record<string, MessageRef>)[change.type] as MessageRef;
}

function keyOf(change: Change): string {
  const { recipientUUID, seq, emoji } = messageOf(change);
  return [change.type, recipientUUID, seq, emoji].join();
}

function withChange(line: Line, change: Change, me: string): Line {
  if (line.deleted) return line;
  switch (change.type) {
    case "messageEdit":
      return { ...line, text: change.messageEdit.message, editedAt: line.editedAt ?? Date.now() };
    case "messageDelete": {
      const { reactions: _, pinned: __, ...rest } = line;
      return { ...rest, text: "", deleted: true };
    }
    case "messageReact":
      return { ...line, ...reacted(line, change.messageReact.emoji, change.messageReact.on, me) };
    case "messagePin":
      return { ...line, pinned: change.messagePin.on };
    default:
      return line;
  }
}

function reacted(
  line: Line,
  emoji: string,
  on: boolean,
  me: string,
): Pick<Line, "reactions" | "mine"> {
  const { reactions = [], mine = [] } = line;
  const held = reactions.find((reaction) => reaction.emoji === emoji);
  if ((held !== undefined && isMine(line, held, me)) === on) return { reactions, mine };
  const others = held?.users.filter((user) => user !== me) ?? [];
  const users = on && others.length < NAMED ? [...others, me] : others;
  const count = (held?.count ?? 0) + (on ? 1 : -1);
  const after: Reaction = { emoji, count, users };
  const all = held
    ? reactions.map((reaction) => (reaction === held ? after : reaction))
    : [...reactions, after];
  const left = mine.filter((each) => each !== emoji);
  return { reactions: all.filter((each) => each.count > 0), mine: on ? [...left, emoji] : left };
}
