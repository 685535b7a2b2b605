/** A WebSocket without a network: keeps the requests, and delivers frames as a server would. */
import type { Outgoing, RequestFrame } from "../protocol.gen.ts";

export class Connection {
  readonly sent: RequestFrame[] = [];
  closed = false;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;

  send(data: string): void {
    this.sent.push(JSON.parse(data) as RequestFrame);
  }

  close(): void {
    this.closed = true;
  }

  say(frame: Outgoing): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  ready(): void {
    this.say({ type: "ready", ready: { sessionUUID: "session" } });
  }

  /** Answers the newest request of the reply's type, or of `to` where the types differ. */
  answer(frame: Outgoing, to: string = frame.type): void {
    const request = this.sent.findLast(({ type }) => type === to);
    if (request?.id === undefined) throw new Error(`failed to find a ${to} request`);
    this.say({ ...frame, id: request.id } as Outgoing);
  }

  refuse(to: string, code: number, payload = ""): void {
    this.answer({ type: "error", error: { code, error: "no", payload } }, to);
  }

  /** Without a `code` as a network that fails. */
  drop(reason = "", code = 1006): void {
    this.onclose?.({ code, reason });
  }

  requests<T extends RequestFrame["type"]>(type: T): Extract<RequestFrame, { type: T }>[] {
    return this.sent.filter((request) => request.type === type) as Extract<
      RequestFrame,
      { type: T }
    >[];
  }
}

/** Every connection that a client made, the newest last. */
export class Connections {
  readonly all: Connection[] = [];

  readonly connect = (): Connection => {
    this.all.push(new Connection());
    return this.last;
  };

  get last(): Connection {
    const last = this.all[this.all.length - 1];
    if (last === undefined) throw new Error("failed to find a connection");
    return last;
  }
}
