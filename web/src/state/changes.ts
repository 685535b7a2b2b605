/** The user's changes to messages: shown at once, sent one after the other, and taken back where they are refused. */
import {
  Disconnected,
  ErrorCode,
  isTemporary,
  Refusal,
  type RequestBody,
  retryAfter,
  type Socket,
} from "@chinwag/client";
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import { isMine, type Line, type Reaction } from "./line";

interface Place {
  readonly id: ChannelId;
  readonly seq: number;
}

export type Change = Place &
  (
    | { readonly kind: "edit"; readonly text: string }
    | { readonly kind: "delete" }
    | { readonly kind: "react"; readonly emoji: string; readonly on: boolean }
    | { readonly kind: "pin"; readonly on: boolean }
  );

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

  /** Whether the server has all of them. */
  get safe(): boolean {
    return this.#waiting.value.length === 0;
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
  delete({ id, seq }: Place): void {
    this.flush();
    const change: Change = { kind: "delete", id, seq };
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
      .filter((change) => change.seq === line.seq && change.id === id)
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
      await this.socket.request(requestOf(change));
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

function keyOf(change: Change): string {
  const { kind, id, seq } = change;
  return [kind, id, seq, kind === "react" && change.emoji].join();
}

type ChangeRequest = Extract<
  RequestBody,
  { type: "messageEdit" | "messageDelete" | "messageReact" | "messagePin" }
>;

function requestOf(change: Change): ChangeRequest {
  const place = { recipientUUID: change.id, seq: change.seq };
  switch (change.kind) {
    case "edit":
      return { type: "messageEdit", messageEdit: { ...place, message: change.text } };
    case "delete":
      return { type: "messageDelete", messageDelete: place };
    case "react": {
      const { emoji, on } = change;
      return { type: "messageReact", messageReact: { ...place, emoji, on } };
    }
    case "pin":
      return { type: "messagePin", messagePin: { ...place, on: change.on } };
  }
}

function withChange(line: Line, change: Change, me: string): Line {
  if (line.deleted) return line;
  switch (change.kind) {
    case "edit":
      return { ...line, text: change.text, editedAt: line.editedAt ?? Date.now() };
    case "delete": {
      const { reactions: _, pinned: __, ...rest } = line;
      return { ...rest, text: "", deleted: true };
    }
    case "react":
      return { ...line, ...reacted(line, change.emoji, change.on, me) };
    case "pin":
      return { ...line, pinned: change.on };
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
