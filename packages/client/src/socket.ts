/** The WebSocket to the server: connects, notices a dead connection, reconnects, and matches replies to requests. */
import { Awaited, tooLarge } from "./awaited.ts";
import { Disconnected } from "./errors.ts";
import type { Outgoing, Ready, ReplyType, RequestBody } from "./protocol.gen.ts";
import { throwLater } from "./turns.ts";

/** `waiting` holds the moment of the next attempt, in milliseconds since 1970. */
export type Link =
  | { state: "connecting" | "open" | "stopped" }
  | { state: "waiting"; until: number };

export type Kind = RequestBody["type"];
export type Reply<K extends Kind> = Extract<Outgoing, { type: ReplyType[K] }>;

/** The used part of a WebSocket, which browsers and the package `ws` have. */
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
  /** When to deliver frames that are no replies: calls `flush` later, and returns a function that cancels it. */
  schedule?: (flush: () => void) => () => void;
  /**
   * The longest request in bytes, 1 MiB if absent: a server with default settings ends the connection for a longer
   * one. It never has to be more than four times 12 bytes for each character of `MAX_MESSAGE_LENGTH`.
   */
  maxRequest?: number;
  /** Gets the exceptions of the listener; if absent, nothing catches them. */
  onError?: (error: unknown) => void;
}

export interface SocketListener {
  /** There is a new connection, not signed in yet. */
  ready(told: Ready): void;
  lost(why: Disconnected): void;
  /** Frames in the order in which they came, replies among them. */
  frames(frames: Outgoing[]): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** Silence after which a `ping` is sent. */
const PING_EVERY = 20_000;
/** How long `ready` or a sign of life may take. */
const PATIENCE = 10_000;
/** After a connection that lasted this long the delays start small again. */
const STEADY = 5_000;
const MAX_REQUEST = 1024 * 1024;

export class Socket {
  readonly link: { value: Link };
  #listener: SocketListener | undefined;
  #socket: WebSocketLike | undefined;
  readonly #awaited = new Awaited();
  /** Why the connection failed, which browsers don't say. */
  #failure = "";
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
      this.#lose(socket, new Disconnected("The connection was closed.", 1000), "");
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

  /**
   * Sends a request; the promise is for its own reply, which the listener gets as well. It always settles: it fails
   * with a `Refusal`, or `Disconnected` if there is no connection or it ends before the answer.
   */
  request<K extends Kind>(body: Extract<RequestBody, { type: K }>): Promise<Reply<K>> {
    return new Promise((resolve, reject) => {
      if (this.link.value.state !== "open") {
        reject(new Disconnected());
        return;
      }
      const length = bytes(JSON.stringify(body));
      if (length > (this.options.maxRequest ?? MAX_REQUEST)) {
        reject(tooLarge(body.type));
        return;
      }
      const id = this.#awaited.add((frame) => resolve(frame as Reply<K>), reject, length);
      this.#socket?.send(JSON.stringify({ ...body, id }));
    });
  }

  /** Sends a request that needs no answer, if there is a connection. */
  tell(body: RequestBody): void {
    if (this.link.value.state === "open") this.#socket?.send(JSON.stringify(body));
  }

  #open(): void {
    this.link.value = { state: "connecting" };
    this.#failure = "";
    try {
      this.#listen(this.options.connect?.(this.url) ?? new WebSocket(this.url));
    } catch (error) {
      // A page served over https can't connect without TLS.
      this.#lost(new Disconnected(error instanceof Error ? error.message : String(error)), "");
    }
  }

  #listen(socket: WebSocketLike): void {
    this.#socket = socket;
    // `onclose` follows; without a handler the error would end a Node.js program.
    socket.onerror = (event: { message?: unknown }) => {
      if (typeof event?.message === "string") this.#failure = event.message;
    };
    socket.onmessage = (event: { data: unknown }) => this.#take(socket, String(event.data));
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      const said = [this.#failure, reason, code].filter(Boolean).join(", ");
      this.#lose(socket, new Disconnected(`The connection ended: ${said}.`, code), reason);
    };
    this.#expectLife(PATIENCE);
  }

  #take(socket: WebSocketLike, data: string): void {
    if (socket !== this.#socket) return;
    const frame = parse(data);
    if (frame === undefined) return;
    this.#expectPing();
    if (frame.type === "ready") {
      this.#openedAt = performance.now();
      this.link.value = { state: "open" };
      this.#tell((listener) => listener.ready(frame.ready));
      return;
    }
    this.#batch.push(frame);
    // Replies are awaited, and an error without an id may be one; other frames may wait.
    if ("id" in frame || frame.type === "error" || !this.options.schedule) this.#flush();
    else this.#callOff ??= this.options.schedule(() => this.#flush());
  }

  #flush(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    const frames = this.#batch;
    this.#batch = [];
    // Code that awaits a reply continues after this function, and so after the listener.
    for (const frame of frames) this.#awaited.settle(frame);
    if (frames.length > 0) this.#tell((listener) => listener.frames(frames));
  }

  /** A listener that throws must not keep the connection from its own work. */
  #tell(call: (listener: SocketListener) => void): void {
    try {
      if (this.#listener) call(this.#listener);
    } catch (error) {
      (this.options.onError ?? throwLater)(error);
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
      // On a dead network the closing handshake takes long, so it isn't awaited.
      socket?.close();
      if (socket !== undefined) this.#lose(socket, new Disconnected("The server is silent."), "");
    }, patience);
  }

  #lose(socket: WebSocketLike, why: Disconnected, reason: string): void {
    if (socket === this.#socket) this.#lost(why, reason);
  }

  #lost(why: Disconnected, reason: string): void {
    this.#flush();
    this.#socket = undefined;
    clearTimeout(this.#aliveTimer);
    if (performance.now() - this.#openedAt > STEADY) this.#attempts = 0;
    this.#openedAt = Number.POSITIVE_INFINITY;
    const wait = askedWait(reason) ?? nextWait(this.#attempts++);
    this.link.value = { state: "waiting", until: Date.now() + wait };
    this.#waitTimer = setTimeout(() => this.#open(), wait);
    this.#awaited.end(why);
    this.#tell((listener) => listener.lost(why));
  }
}

/** How long a text is in UTF-8. */
function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The frame, if it is a JSON object with a type. */
function parse(data: string): Outgoing | undefined {
  try {
    const frame = JSON.parse(data) as Outgoing | null;
    return typeof frame?.type === "string" ? frame : undefined;
  } catch {
    return undefined;
  }
}

/** Doubles each time, with random jitter, so that not all clients return to a restarted server at once. */
export function nextWait(attempts: number, random = Math.random()): number {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempts);
  return longest * (0.5 + random / 2);
}

/** The delay that a close reason asks for: `retry=<milliseconds>`. */
export function askedWait(reason: string): number | undefined {
  const asked = /\bretry=(\d{1,6})\b/.exec(reason)?.[1];
  return asked === undefined ? undefined : Number(asked);
}
