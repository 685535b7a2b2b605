/** A user with a client of 0.2, who waits for messages. */
import { Chat } from "@chinwag/client";
import { WebSocket } from "ws";

export class Speaker extends Chat {
  /** The last message of each sender to each recipient. */
  readonly #last = new Map<string, string>();
  #wake = () => {};

  constructor(address: string) {
    super(address, { WebSocket });
    this.onMessage = ({ SenderUUID, RecipientUUID, Message }) => {
      this.#last.set(`${SenderUUID} ${RecipientUUID}`, Message);
      this.#wake();
    };
  }

  static async signIn(address: string, username: string): Promise<Speaker> {
    const speaker = new Speaker(address);
    await speaker.signIn({ username, password: "a password" });
    return speaker;
  }

  async hears(sender: string, recipient: string, text: string): Promise<void> {
    while (this.#last.get(`${sender} ${recipient}`) !== text) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
