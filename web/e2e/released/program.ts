/** A client of 0.1.0 without a page, which talks by lines: see talk.rs. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { ChannelId, Inbox, Message } from "@chinwag/client";
import { ReleasedClient, type View } from "./client";

export class ReleasedProgram extends ReleasedClient {
  readonly isAtGeneral = false;
  readonly #messages: Message[] = [];
  /** Emits each line's value by its property. */
  readonly #lines = new EventEmitter();
  #me = "";

  private constructor(
    name: string,
    readonly program: ChildProcessByStdio<Writable, Readable, null>,
  ) {
    super(name);
    createInterface({ input: program.stdout }).on("line", (line) => this.#take(line));
    program.once("exit", (code) => this.fail(`it ended with ${code}`));
  }

  static async signIn(
    [program, ...args]: readonly [string, ...string[]],
    address: string,
    name: string,
  ): Promise<ReleasedProgram> {
    const child = spawn(program, [...args, address, name], { stdio: ["pipe", "pipe", "inherit"] });
    const client = new ReleasedProgram(name, child);
    client.#me = (await client.#next("me")) as string;
    return client;
  }

  async say(channel: ChannelId, text: string): Promise<void> {
    this.program.stdin.write(`${channel} ${text}\n`);
    await this.#next("sent");
  }

  async hears(channel: ChannelId, text: string): Promise<void> {
    const isLast = () => {
      const last = this.#messages.findLast((message) => this.#channelOf(message) === channel);
      return last?.Message === text;
    };
    while (!isLast()) await this.#next("message");
  }

  async view(): Promise<View> {
    return { ...(await this.read()), messages: this.#byChannel(this.#messages) };
  }

  async read(): Promise<View> {
    this.program.stdin.write("\n");
    const view = (await this.#next("view")) as { inbox: Inbox; messages: Message[] };
    const list = view.inbox.channels.map(({ recipientUUID, unread, lastMessage }) => ({
      ...{ channel: recipientUUID, unread, last: lastMessage?.Message ?? "" },
    }));
    return { list, messages: this.#byChannel(view.messages) };
  }

  async close(): Promise<void> {
    if (this.program.exitCode !== null || this.program.signalCode !== null) return;
    this.program.kill();
    await once(this.program, "exit");
  }

  async #next(property: string): Promise<unknown> {
    return (await Promise.race([once(this.#lines, property), this.failed]))[0];
  }

  #take(line: string): void {
    this.hear(line);
    const [[property, value] = [""]] = Object.entries(JSON.parse(line) as Record<string, unknown>);
    if (property === "lost") this.fail(line);
    if (property === "message") this.#messages.push(value as Message);
    this.#lines.emit(property, value);
  }

  #channelOf({ SenderUUID, RecipientUUID }: Message): ChannelId {
    return RecipientUUID !== "" && SenderUUID !== this.#me ? SenderUUID : RecipientUUID;
  }

  #byChannel(messages: readonly Message[]): Record<ChannelId, string[]> {
    const byChannel: Record<ChannelId, string[]> = {};
    for (const message of messages) {
      const { Seq, SenderUUID, Message: text } = message;
      const channel = this.#channelOf(message);
      byChannel[channel] = [...(byChannel[channel] ?? []), `${Seq} ${SenderUUID}: ${text}`];
    }
    return byChannel;
  }
}
