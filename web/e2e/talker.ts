/** A person without a browser: speaks the protocol straight to the server, to fill channels fast. */
import { once } from "node:events";
import type { Outgoing, RequestBody } from "@chinwag/client";
import { WebSocket } from "ws";

type SignIn = Extract<RequestBody, { type: "signIn" }>["signIn"];

export class Talker {
  readonly #awaited = new Map<number, (frame: Outgoing) => void>();
  #nextId = 1;

  private constructor(
    readonly socket: WebSocket,
    public uuid: string,
  ) {}

  static signIn(address: string, username: string, password = "a password"): Promise<Talker> {
    return Talker.#enter(address, { username, password });
  }

  /** By the access key of a session, or of a bot. */
  static resume(address: string, accessKey: string): Promise<Talker> {
    return Talker.#enter(address, { accessKey });
  }

  static async #enter(address: string, signIn: SignIn): Promise<Talker> {
    const socket = new WebSocket(`${address.replace("http", "ws")}ws`);
    const talker = new Talker(socket, "");
    const ready = once(socket, "message");
    await ready;
    socket.addEventListener("message", (event) =>
      talker.#take(JSON.parse(String(event.data)) as Outgoing),
    );
    const reply = await talker.request({ type: "signIn", signIn });
    if (reply.type !== "authorized") throw new Error(`failed to sign in: ${JSON.stringify(reply)}`);
    talker.uuid = reply.authorized.userUUID;
    return talker;
  }

  request(body: RequestBody): Promise<Outgoing> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#awaited.set(id, resolve);
      this.socket.send(JSON.stringify({ ...body, id }));
    });
  }

  async say(message: string, recipientUUID = ""): Promise<void> {
    const reply = await this.request({
      type: "channelMessage",
      channelMessage: { recipientUUID, message },
    });
    if (reply.type !== "channelMessage") throw new Error(`failed to say: ${JSON.stringify(reply)}`);
  }

  /** Many at once; the server keeps their order. */
  async sayAll(messages: readonly string[], recipientUUID = ""): Promise<void> {
    const PIPELINE = 100;
    for (let from = 0; from < messages.length; from += PIPELINE) {
      await Promise.all(
        messages.slice(from, from + PIPELINE).map((text) => this.say(text, recipientUUID)),
      );
    }
  }

  async leave(): Promise<void> {
    this.socket.close();
    await once(this.socket, "close");
  }

  #take(frame: Outgoing): void {
    if (!("id" in frame) || typeof frame.id !== "number") return;
    const resolve = this.#awaited.get(frame.id);
    this.#awaited.delete(frame.id);
    resolve?.(frame);
  }
}
