/** The WebSocket to the server: connects, notices when it died, comes back, and matches replies to requests. */
import { signal } from "@preact/signals";
import type { Outgoing, RequestBody } from "./protocol.gen";

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
/** A hidden page gets no animation frames; this is how long its frames wait at the most. */
const LONGEST_BATCH = 200;

interface Awaited {
  resolve(frame: Outgoing): void;
  reject(reason: Error): void;
}

export class Socket {
  readonly link = signal<Link>({ state: "stopped" });
  #listener: SocketListener | undefined;
  #socket: WebSocket | undefined;
  #awaited = new Map<number, Awaited>();
  #nextId = 1;
  #attempts = 0;
  #openedAt = Number.POSITIVE_INFINITY;
  #waitTimer: ReturnType<typeof setTimeout> | undefined;
  #aliveTimer: ReturnType<typeof setTimeout> | undefined;
  #batch: Outgoing[] = [];
  #batchTimer: ReturnType<typeof setTimeout> | undefined;
  #batchFrame: number | undefined;

  constructor(
    readonly url: string,
    readonly connect: (url: string) => WebSocket = (url) => new WebSocket(url),
  ) {}

  start(listener: SocketListener): void {
    this.#listener = listener;
    this.#open();
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
    const socket = this.connect(this.url);
    this.#socket = socket;
    socket.onmessage = (event) => this.#take(socket, String(event.data));
    socket.onclose = (event) => this.#lose(socket, event.reason);
    this.#expectLife(PATIENCE);
  }

  #take(socket: WebSocket, data: string): void {
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
    // Somebody waits for a reply; what comes unasked may wait for the next picture.
    if ("id" in frame) this.#flush();
    else this.#schedule();
  }

  #schedule(): void {
    if (this.#batchTimer !== undefined) return;
    this.#batchTimer = setTimeout(() => this.#flush(), LONGEST_BATCH);
    this.#batchFrame = requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    clearTimeout(this.#batchTimer);
    this.#batchTimer = undefined;
    if (this.#batchFrame !== undefined) cancelAnimationFrame(this.#batchFrame);
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

  #lose(socket: WebSocket, reason: string): void {
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
