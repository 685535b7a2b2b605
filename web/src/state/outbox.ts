/** What this browser sends: shown at once, sent one after the other, and kept until the server has it. */

import {
  ErrorCode,
  type Message,
  type NewMessage,
  newUuid,
  Refusal,
  Sender,
  type SendQueue,
  type Socket,
} from "@chinwag/client";
import { signal } from "@preact/signals";
import { lengthOf } from "../text/length";
import type { ChannelId } from "./channel";
import type { Clock } from "./clock";
import type { FileInfo } from "./files";
import type { Store } from "./kept";
import type { Answered } from "./line";

/** Whom a message mentions; without `mentions` the server finds names in the text. */
export type Mentioned = Pick<NewMessage, "mentions" | "mentionAll">;

/**
 * What the server told of a refusal, or how many characters it takes at most, or that the message was left for too
 * long. 0.1.0 kept a sentence.
 */
type Refused =
  | Pick<Refusal, "code" | "message" | "payload">
  | { readonly longest: number }
  | string;

export interface Pending {
  readonly clientUUID: string;
  readonly channel: ChannelId;
  readonly text: string;
  /** Milliseconds since 1970, by the server's clock as far as it is known, and greater than that of the message before. */
  readonly at: number;
  readonly answered?: Answered | undefined;
  readonly mentioned?: Mentioned | undefined;
  /** They are uploaded. */
  readonly files?: readonly FileInfo[] | undefined;
  /** Why it isn't sent; absent while it is being sent. */
  readonly refused?: Refused | undefined;
  /** Its page was closed, so another one of this browser sends it. */
  readonly left?: boolean | undefined;
}

const KEPT = "chinwag.outbox.";
/** One record for all, as 0.1.0 wrote it, for one page and its reloads. */
const KEPT_TOGETHER = "chinwag.outbox";
/**
 * What a closed page left longer ago isn't sent unasked, in milliseconds. The server remembers a `clientUUID` for
 * a day, so until then nothing is stored twice.
 */
const LEFT_FOR_LONG = 12 * 3_600_000;

export class Outbox implements SendQueue {
  readonly pending = signal<readonly Pending[]>([]);
  /** The longest message that the server takes, in characters. One of 0.1 tells it when it refuses a longer one. */
  readonly longest = signal<number | undefined>(undefined);
  readonly #sender: Sender;

  constructor(
    socket: Pick<Socket, "request">,
    readonly kept: Store,
    readonly clock: Clock,
    /** Where 0.1.0 kept it. */
    earlier: Store,
  ) {
    this.#sender = new Sender(socket, this);
    for (const sent of earlier.read<Pending[]>(KEPT_TOGETHER) ?? []) this.#keep(sent);
    earlier.write(KEPT_TOGETHER, undefined);
    this.reread();
  }

  /** Whether all of it outlives this page: a browser may refuse to keep anything. */
  get safe(): boolean {
    return this.pending.value.every(({ clientUUID }) => this.#read(clientUUID) !== undefined);
  }

  /** Between `start` and `stop` the connection acts for the user. */
  start(): void {
    this.#sender.start();
  }

  stop(): void {
    this.#sender.stop();
  }

  add(
    channel: ChannelId,
    text: string,
    answered?: Answered,
    mentioned?: Mentioned,
    files?: readonly FileInfo[],
  ): void {
    const sent = { clientUUID: newUuid(), channel, text, at: this.#last() };
    const more = { ...(answered && { answered }), ...(mentioned && { mentioned }) };
    this.#put({ ...sent, ...more, ...(files && { files }) });
    this.#sender.wake();
  }

  /** Tries a refused one again; it keeps its `clientUUID`, so it can't be stored twice. */
  retry(clientUUID: string): void {
    this.#change(clientUUID, (sent) => ({ ...sent, refused: undefined, at: this.#last() }));
    this.#sender.wake();
  }

  discard(clientUUID: string): void {
    this.pending.value = this.#others(clientUUID);
    this.kept.write(KEPT + clientUUID, undefined);
  }

  /** The server has it: the message now stands in its channel. */
  takeMessage({ clientUUID }: Message): void {
    if (this.#find(clientUUID)) this.discard(clientUUID as string);
  }

  clear(): void {
    for (const { clientUUID } of this.pending.value) this.discard(clientUUID);
    for (const name of this.kept.names(KEPT)) this.kept.write(name, undefined);
  }

  /** Leaves what waits to the other pages of this browser, as this one is being closed. */
  leave(): void {
    for (const sent of this.pending.value) this.#keep({ ...sent, left: true });
  }

  /** Another page of this browser wrote the record `name`: it got rid of a message, or left it. */
  changedElsewhere(name: string | null): void {
    if (!name?.startsWith(KEPT)) return;
    const clientUUID = name.slice(KEPT.length);
    const sent = this.#read(clientUUID);
    if (sent !== undefined && (sent.left || this.#find(clientUUID))) this.#show(sent);
    else this.pending.value = this.#others(clientUUID);
    this.#sender.wake();
  }

  /** Takes what is kept in the place of what this page has. */
  reread(): void {
    const names = this.kept.names(KEPT);
    this.pending.value = names
      .flatMap((name) => this.#read(name.slice(KEPT.length)) ?? [])
      .sort((a, b) => a.at - b.at)
      .map((sent) =>
        this.clock.now() - sent.at > LEFT_FOR_LONG ? { ...sent, refused: "left" } : sent,
      );
  }

  next(): (NewMessage & { clientUUID: string }) | undefined {
    const next = this.pending.value.find((sent) => sent.refused === undefined);
    if (next === undefined) return undefined;
    const { channel: recipientUUID, text: message, clientUUID, answered, mentioned, files } = next;
    const named = files && { files: files.map(({ UUID }) => UUID) };
    const sent = { recipientUUID, message, clientUUID, ...mentioned, ...named };
    return answered === undefined ? sent : { ...sent, replyTo: answered.seq };
  }

  stored(_: Message, clientUUID: string): void {
    this.discard(clientUUID);
  }

  refused(clientUUID: string, reason: unknown): void {
    const text = this.#find(clientUUID)?.text ?? "";
    const longest = reason instanceof Refusal ? longestOf(reason, text) : undefined;
    if (longest !== undefined) this.longest.value = longest;
    const { code, message, payload } = reason as Refusal;
    const refused = longest === undefined ? { code, message, payload } : { longest };
    this.#change(clientUUID, (sent) => ({ ...sent, refused }));
  }

  /** A time that puts a message behind all others. */
  #last(): number {
    return Math.max(this.clock.now(), (this.pending.value.at(-1)?.at ?? 0) + 1);
  }

  #find(clientUUID: string | undefined): Pending | undefined {
    return this.pending.value.find((sent) => sent.clientUUID === clientUUID);
  }

  #others(clientUUID: string): Pending[] {
    return this.pending.value.filter((sent) => sent.clientUUID !== clientUUID);
  }

  #change(clientUUID: string, change: (sent: Pending) => Pending): void {
    const sent = this.#find(clientUUID);
    if (sent) this.#put(change(sent));
  }

  #put(sent: Pending): void {
    this.#show(sent);
    this.#keep(sent);
  }

  #show(sent: Pending): void {
    this.pending.value = [...this.#others(sent.clientUUID), sent].sort((a, b) => a.at - b.at);
  }

  #keep(sent: Pending): void {
    this.kept.write(KEPT + sent.clientUUID, sent);
  }

  #read(clientUUID: string): Pending | undefined {
    return this.kept.read<Pending>(KEPT + clientUUID);
  }
}

/** The limit as it stands in the sentence of the refusal. */
function longestOf({ code, message }: Refusal, text: string): number | undefined {
  if (code !== ErrorCode.MessageRefused) return undefined;
  const told = Number(/\d+/.exec(message)?.[0]);
  return told > 0 && told < lengthOf(text) ? told : undefined;
}
