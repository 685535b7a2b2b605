/** The WebSocket to the server: connects, notices when it died, comes back, and matches replies to requests. */
import type { Outgoing, RequestBody } from "./protocol.gen.ts";

/** `waiting` holds the moment of the next attempt, in milliseconds since 1970. */
export type Link =
  | { state: "connecting" | "open" | "stopped" }
  | { state: "waiting"; until: number };

type Kind = RequestBody["type"];
type ReplyType<K extends Kind> = K extends "signIn" | "signUp"
  ? "authorized"
  : K extends "ping"
    ? "pong"
    : K;
type Reply<K extends Kind> = Extract<Outgoing, { type: ReplyType<K> }>;

/** The server's answer was an `error` frame. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly payload: string,
    message: string,
  ) {
    super(message);
  }
}

/** The connection ended before the answer came. */
export class Disconnected extends Error {}

/** What is used of a WebSocket; that of browsers and that of the package `ws` are such. */
export interface WebSocketLike {
  // biome-ignore lint/suspicious/noExplicitAny: each implementation has an event type of its own
  onmessage: ((event: any) => void) | null;
  // biome-ignore lint/suspicious/noExplicitAny: each implementation has an event type of its own
  onclose: ((event: any) => void) | null;
  // biome-ignore lint/suspicious/noExplicitAny: each implementation has an event type of its own
  onerror: ((event: any) => void) | null;
  send(data: string): void;
  close(): void;
}

export interface SocketOptions {
  connect?: (url: string) => WebSocketLike;
  /** Holds the link; a page gives its framework's signal, so that it sees changes. */
  holder?: (link: Link) => { value: Link };
  /** When to hand on frames that are nobody's reply: calls `flush` later, returns how to call that off. */
  schedule?: (flush: () => void) => () => void;
}

export interface SocketListener {
  /** A new connection is there, and acts for nobody yet. */
  ready(): void;
  lost(): void;
  /** Frames in the order in which they came, replies among them. */
  frames(frames: Outgoing[]): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** Silence after which the server is asked for a sign of life. */
const PING_EVERY = 20_000;
/** How long `ready` or a sign of life may take. */
const PATIENCE = 10_000;
/** A connection that lived this long was a good one, so the waits start small again. */
const STEADY = 5_000;

interface Awaited {
  resolve(frame: Outgoing): void;
  reject(reason: Error): void;
}

export class Socket {
  readonly link: { value: Link };
  #listener: SocketListener | undefined;
  #socket: WebSocketLike | undefined;
  #awaited = new Map<number, Awaited>();
  #nextId = 1;
  #attempts = 0;
  #openedAt = Number.POSITIVE_INFINITY;
  #waitTimer: ReturnType<typeof setTimeout> | undefined;
  #aliveTimer: ReturnType<typeof setTimeout> | undefined;
  #batch: Outgoing[] = [];
  #callOff: (() => void) | undefined;

  constructor(
    readonly url: string,
    readonly options: SocketOptions = {},
  ) {
    const stopped: Link = { state: "stopped" };
    this.link = options.holder?.(stopped) ?? { value: stopped };
  }

  start(listener: SocketListener): void {
    this.#listener = listener;
    this.#open();
  }

  /** Ends the connection, and doesn't come back. */
  stop(): void {
    clearTimeout(this.#waitTimer);
    const socket = this.#socket;
    if (socket !== undefined) {
      socket.close();
      this.#lose(socket, "");
      clearTimeout(this.#waitTimer);
    }
    this.link.value = { state: "stopped" };
  }

  /** Cuts a wait short, and finds out whether a connection that looks open is. */
  wake(): void {
    if (this.link.value.state === "waiting") {
      clearTimeout(this.#waitTimer);
      this.#open();
    } else if (this.link.value.state === "open") {
      this.#ping(PATIENCE / 2);
    }
  }

  /** Sends a request; the promise is for its own reply, which the listener gets as well. */
  request<K extends Kind>(body: Extract<RequestBody, { type: K }>): Promise<Reply<K>> {
    return new Promise((resolve, reject) => {
      if (this.link.value.state !== "open") {
        reject(new Disconnected());
        return;
      }
      const id = this.#nextId++;
      this.#awaited.set(id, { resolve: (frame) => resolve(frame as Reply<K>), reject });
      this.#socket?.send(JSON.stringify({ ...body, id }));
    });
  }

  /** Sends what needs no answer, if there is a connection. */
  tell(body: RequestBody): void {
    if (this.link.value.state === "open") this.#socket?.send(JSON.stringify(body));
  }

  #open(): void {
    this.link.value = { state: "connecting" };
    const socket = this.options.connect?.(this.url) ?? new WebSocket(this.url);
    this.#socket = socket;
    // Its end follows, which is enough to know; an error that nobody hears ends a Node.js program.
    socket.onerror = () => undefined;
    socket.onmessage = (event: { data: unknown }) => this.#take(socket, String(event.data));
    socket.onclose = (event: { reason: string }) => this.#lose(socket, event.reason);
    this.#expectLife(PATIENCE);
  }

  #take(socket: WebSocketLike, data: string): void {
    if (socket !== this.#socket) return;
    const frame = JSON.parse(data) as Outgoing;
    this.#expectPing();
    if (frame.type === "ready") {
      this.#openedAt = Date.now();
      this.link.value = { state: "open" };
      this.#listener?.ready();
      return;
    }
    this.#batch.push(frame);
    // Somebody waits for a reply; what comes unasked may wait.
    if ("id" in frame || !this.options.schedule) this.#flush();
    else this.#callOff ??= this.options.schedule(() => this.#flush());
  }

  #flush(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    const frames = this.#batch;
    this.#batch = [];
    if (frames.length > 0) this.#listener?.frames(frames);
    for (const frame of frames) this.#settle(frame);
  }

  #settle(frame: Outgoing): void {
    if (!("id" in frame) || typeof frame.id !== "number") return;
    const awaited = this.#awaited.get(frame.id);
    this.#awaited.delete(frame.id);
    if (frame.type === "error") {
      awaited?.reject(new Refusal(frame.error.code, frame.error.payload, frame.error.error));
    } else {
      awaited?.resolve(frame);
    }
  }

  #expectPing(): void {
    clearTimeout(this.#aliveTimer);
    this.#aliveTimer = setTimeout(() => this.#ping(PATIENCE), PING_EVERY);
  }

  #ping(patience: number): void {
    this.request({ type: "ping" }).catch(() => undefined);
    this.#expectLife(patience);
  }

  #expectLife(patience: number): void {
    clearTimeout(this.#aliveTimer);
    const socket = this.#socket;
    this.#aliveTimer = setTimeout(() => {
      // On a dead network the closing handshake itself takes long, so nobody waits for it.
      socket?.close();
      if (socket !== undefined) this.#lose(socket, "");
    }, patience);
  }

  #lose(socket: WebSocketLike, reason: string): void {
    if (socket !== this.#socket) return;
    this.#flush();
    this.#socket = undefined;
    clearTimeout(this.#aliveTimer);
    if (Date.now() - this.#openedAt > STEADY) this.#attempts = 0;
    this.#openedAt = Number.POSITIVE_INFINITY;
    const wait = askedWait(reason) ?? nextWait(this.#attempts++);
    this.link.value = { state: "waiting", until: Date.now() + wait };
    this.#waitTimer = setTimeout(() => this.#open(), wait);
    for (const awaited of this.#awaited.values()) awaited.reject(new Disconnected());
    this.#awaited.clear();
    this.#listener?.lost();
  }
}

/** Twice as long each time, and never the same for two clients, so that a restarted server isn't stormed. */
export function nextWait(attempts: number, random = Math.random()): number {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempts);
  return longest * (0.5 + random / 2);
}

/** A server under load may say in the close reason how long to stay away: `retry=<milliseconds>`. */
export function askedWait(reason: string): number | undefined {
  const asked = /\bretry=(\d{1,6})\b/.exec(reason)?.[1];
  return asked === undefined ? undefined : Number(asked);
}
