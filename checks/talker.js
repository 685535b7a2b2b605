/** Somebody who speaks the protocol, so that there is something to look at. */
import { once } from "node:events";
import { WebSocket } from "ws";

export class Talker {
  #frames = [];

  /** Over TLS it trusts every certificate. */
  constructor(port, { scheme = "ws", headers = {} } = {}) {
    const options = { headers, rejectUnauthorized: false };
    this.socket = new WebSocket(`${scheme}://127.0.0.1:${port}/ws`, options);
    this.socket.on("message", (data) => this.#frames.push(JSON.parse(data)));
  }

  /** The next frame of this type. */
  async next(type) {
    for (;;) {
      const at = this.#frames.findIndex((frame) => frame.type === type);
      if (at >= 0) return this.#frames.splice(at, 1)[0];
      await once(this.socket, "message");
    }
  }

  send(type, payload) {
    this.socket.send(JSON.stringify({ type, [type]: payload }));
  }

  async signIn(username) {
    await this.next("ready");
    this.send("signIn", { username, password: "secret" });
    return (await this.next("authorized")).authorized;
  }

  async say(message) {
    this.send("channelMessage", { recipientUUID: "", message });
    return (await this.next("channelMessage")).channelMessage;
  }

  async leave() {
    this.socket.close();
    await once(this.socket, "close");
  }
}
