/** A signed-in user without a page: every message in order and once, also over broken connections. */
import { pathUrl, socketUrl } from "./address.ts";
import { type ChannelId, channelOf } from "./channel.ts";
import { Closed, Disconnected, Refusal, SignedOut, Unreachable } from "./errors.ts";
import { isNews, type News } from "./news.ts";
import type { Positions } from "./positions.ts";
import {
  type Authorized,
  type ChannelView,
  ErrorCode,
  type Features,
  type History,
  type HistoryPage,
  type Inbox,
  type Message,
  type NewFile,
  type NewMessage,
  type Outgoing,
  type RequestBody,
  type SignIn,
  type SignUp,
} from "./protocol.gen.ts";
import { Reader } from "./reader.ts";
import { Requests } from "./requests.ts";
import { isTemporary, retryAfter, Sender, type SendQueue } from "./sender.ts";
import { type Kind, type Link, type Reply, Socket, type WebSocketLike } from "./socket.ts";
import { attempt, throwLater } from "./turns.ts";
import { refusedBy, type UploadOptions, upload } from "./upload.ts";
import { newUuid } from "./uuid.ts";

export interface ChatOptions {
  /** For Node.js before 22, which has none of its own: that of the package `ws`. */
  WebSocket?: new (
    url: string,
  ) => WebSocketLike;
  /** Where an earlier run stopped reading. Without them the chat begins with the first message after the sign-in. */
  positions?: Positions | undefined;
  /** The longest request in bytes, 1 MiB if absent; only for servers with a greater `MAX_MESSAGE_LENGTH`. */
  maxRequest?: number;
}

/** How the connection is. `live` is signed in; `until` is in milliseconds since 1970. */
export type ChatLink =
  | { readonly state: "connecting" | "live" }
  | { readonly state: "waiting"; readonly until: number; readonly why: Error }
  | { readonly state: "ended"; readonly why: Error };

interface Sending {
  readonly message: NewMessage & { clientUUID: string };
  resolve(stored: Message): void;
  reject(reason: Error): void;
}

type Login = Extract<RequestBody, { type: "signIn" | "signUp" }>;

export class Chat extends Requests {
  /**
   * Gets each message of each of the user's channels, the user's own too, in each channel in the order of `Seq`. A
   * message is handled when this returns or, if it returns a promise, when that settles; then comes the next one.
   */
  onMessage: (message: Message) => unknown = nothing;
  /**
   * Gets each change of a message that `onMessage` got, or of an older one, as the message is now: in each channel in the
   * order of `Rev`, each state once, after the message and as that is handled. A `live` one doesn't say which reactions are
   * the user's: there `Mine` stays as it was. A server of 0.1 has no changes.
   */
  onChange: (message: Message, live: boolean) => unknown = nothing;
  /** More than 1,000 changes of the channel were missed, and are left out: forget its messages, and read the newest. */
  onSkipped: (channel: ChannelId) => unknown = nothing;
  /** Gets the positions after the sign-in and after each handled message or change, for the next run. May return a promise. */
  onPositions: ((positions: Positions) => unknown) | undefined;
  /** The server lost messages, as after a restored backup: forget those that you hold. */
  onReset: () => unknown = nothing;
  /** The user's channels, after each sign-in and reconnect. */
  onInbox: (inbox: Inbox) => unknown = nothing;
  onNews: (news: News) => unknown = nothing;
  onLink: (link: ChatLink) => unknown = nothing;
  /** The user can't come back without a password: the session was ended, or its access key has expired. */
  onSignedOut: (reason: SignedOut) => unknown = nothing;
  /** Gets the exceptions of the other handlers. Without it nothing catches them, which ends a Node.js program. */
  onError: (error: unknown) => unknown = throwLater;
  readonly socket: Socket;
  readonly #options: ChatOptions;
  readonly #sender: Sender;
  readonly #sends: Sending[] = [];
  #reader: Reader;
  #link: ChatLink = { state: "connecting" };
  #login: Login | undefined;
  #hasKey = false;
  #settle: { resolve(): void; reject(reason: Error): void } | undefined;
  #accessKey = "";
  #me = "";
  #messageLength: number | undefined;
  #features: Features = {};
  #joined: ChannelId | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** The server is at `http://localhost:5000`, `https://chat.example.org` or `localhost:5000`. */
  constructor(
    readonly address: string,
    options: ChatOptions = {},
  ) {
    super();
    this.#options = options;
    const { maxRequest } = options;
    this.socket = new Socket(address, {
      connect: () => this.#connect(),
      holder: (link) => this.#hold(link),
      onError: (error) => this.onError(error),
      ...(maxRequest !== undefined && { maxRequest }),
    });
    this.#sender = new Sender(this.socket, this.#queue());
    this.#reader = this.#newReader(options.positions);
  }

  /** The UUID of the user, once signed in. */
  get me(): string {
    return this.#me;
  }

  /** The longest message in characters; unknown before the sign-in, and if the server is older than 0.2. */
  get messageLength(): number | undefined {
    return this.#messageLength;
  }

  /** What the server can do besides, once signed in; a server of 0.1 nothing. */
  get features(): Features {
    return this.#features;
  }

  /** Signs in later without the password, for 30 days from its last use. A secret. */
  get accessKey(): string {
    return this.#accessKey;
  }

  get link(): ChatLink {
    return this.#link;
  }

  /** Where the next run goes on: behind the last message handled in each channel. Unknown before the sign-in. */
  get positions(): Positions | undefined {
    return this.#reader.positions;
  }

  /**
   * Connects and signs in, by name and password or by an access key; comes back by itself from then on. The first
   * attempt fails with `WrongAddress`, `Unreachable`, `Refusal` or `Closed`, and may be repeated then.
   */
  signIn(as: SignIn): Promise<void> {
    return this.#start({ type: "signIn", signIn: as });
  }

  /** As `signIn`, but makes a new user; fails with a `Refusal` if the name exists. */
  signUp(as: SignUp): Promise<void> {
    return this.#start({ type: "signUp", signUp: as });
  }

  /**
   * Resolves when the message is stored. A lost connection only delays it. It fails with a `Refusal`, or with `Closed` or
   * `SignedOut` when the chat has ended. A message repeated with its `clientUUID` within a day, also by another run,
   * is stored once.
   */
  send(channel: ChannelId, text: string, clientUUID: string = newUuid()): Promise<Message> {
    return this.#send({ recipientUUID: channel, message: text, clientUUID });
  }

  /** Sends to the channel of the message, without a quote of it. */
  reply(to: Message, text: string, clientUUID: string = newUuid()): Promise<Message> {
    return this.send(channelOf(to, this.#me), text, clientUUID);
  }

  /** As `reply`, and says which message it answers, so that the answer stands in its thread. A server of 0.1 drops that. */
  replyTo(to: Message, text: string, clientUUID: string = newUuid()): Promise<Message> {
    const recipientUUID = channelOf(to, this.#me);
    return this.#send({ recipientUUID, message: text, clientUUID, replyTo: to.Seq });
  }

  /**
   * As `send`, with all that a message can have: whom it mentions, which other one it answers. A server of 0.1 takes the text
   * alone.
   */
  sendMessage(message: NewMessage): Promise<Message> {
    return this.#send({ clientUUID: newUuid(), ...message });
  }

  /**
   * Uploads a file for a message to this channel, and returns its UUID for the `files` of `sendMessage`. A lost connection only
   * delays it. A `clientUUID` that was used before goes on with that upload. Fails with a `Refusal`, `FileRefused`, the reason
   * of the `signal`, or as `send` when the chat has ended.
   */
  upload(
    channel: ChannelId,
    file: Blob,
    { clientUUID = newUuid(), ...options }: UploadOptions & Partial<NewFile>,
  ): Promise<string> {
    const { name = file instanceof File ? file.name : "file", width, height } = options;
    const type = options.type ?? file.type;
    const fileCreate = {
      ...{ recipientUUID: channel, name, size: file.size, clientUUID },
      ...(type && { type }),
      ...(width && height && { width, height }),
    };
    const through = {
      create: async () => {
        if (this.#link.state === "ended") throw this.#link.why;
        return (await this.request({ type: "fileCreate", fileCreate })).fileCreate;
      },
      urlOf: (path: string) => pathUrl(this.address, path),
      again: (wait: number) => new Promise<void>((resolve) => setTimeout(resolve, wait)),
    };
    return upload(file, through, options);
  }

  /** The answer with a file of a message, or with its preview. Fails with `FileRefused`, or as `fetch` does. */
  async download(file: string, preview = false): Promise<Response> {
    const url = pathUrl(this.address, `/files/${file}${preview ? "/preview" : ""}`);
    const headers = { Authorization: `Bearer ${this.#accessKey}` };
    const response = await fetch(url, { headers });
    if (!response.ok) throw await refusedBy(response);
    return response;
  }

  override request<K extends Kind>(body: Extract<RequestBody, { type: K }>): Promise<Reply<K>> {
    return this.socket.request(body);
  }

  /**
   * Joins a channel, to see who types there, and leaves the one joined before. The chat joins it again after a reconnect. A
   * public channel of which the user is no member can be joined, too: its messages come meanwhile.
   */
  async join(channel: ChannelId): Promise<ChannelView> {
    const channelJoin = { recipientUUID: channel };
    const reply = await this.request({ type: "channelJoin", channelJoin });
    this.#joined = channel;
    this.#reader.joined(channel, reply.channelJoin);
    return this.#reader.present(reply.channelJoin);
  }

  /** Up to 100 messages as they are now: the newest, or those before or after a `Seq`. */
  override async history(
    channel: ChannelId,
    page: Omit<HistoryPage, "recipientUUID"> = {},
  ): Promise<History> {
    return this.#reader.present(await super.history(channel, page));
  }

  /** Shows those who joined the channel that the user is typing; does nothing without a connection. */
  typing(channel: ChannelId): void {
    this.socket.tell({ type: "channelTyping", channelTyping: { recipientUUID: channel } });
  }

  /** Makes the next attempt to connect now, and finds out whether a connection that looks open is. */
  wake(): void {
    this.socket.wake();
  }

  /** Ends the connection at once; sends that wait fail with `Closed`. The access key stays valid. */
  close(): void {
    this.#end(new Closed());
  }

  #send(message: Sending["message"]): Promise<Message> {
    return new Promise((resolve, reject) => {
      if (this.#link.state === "ended") {
        reject(this.#link.why);
        return;
      }
      this.#sends.push({ message, resolve, reject });
      this.#sender.wake();
    });
  }

  async #start(login: Login): Promise<void> {
    if (this.#login !== undefined) throw new Error("The chat is signed in, or about to be.");
    socketUrl(this.address);
    if (this.#link.state === "ended")
      this.#reader = this.#newReader(this.positions ?? this.#options.positions);
    this.#login = login;
    this.#hasKey = false;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.socket.start({
        ready: () => void this.#begin(),
        lost: (why) => this.#lost(why),
        frames: (frames) => this.#take(frames),
      });
    });
  }

  /** On each new connection: signs in, reads the missed messages, sends those that wait. */
  async #begin(): Promise<void> {
    if (this.#login === undefined) return;
    try {
      const { authorized } = await this.socket.request(this.#login);
      this.#authorized(authorized);
      await this.#reader.begin(authorized);
    } catch (error) {
      this.#notBegun(error as Error);
      return;
    }
    this.#setLink({ state: "live" });
    this.#sender.start();
    if (this.#joined !== undefined)
      this.join(this.#joined).catch((error) => this.#notJoined(error));
    this.#settle?.resolve();
    this.#settle = undefined;
  }

  /** The user was removed from the channel, or it has ended. */
  #notJoined(error: unknown): void {
    if (error instanceof Refusal && error.code === ErrorCode.UnknownUser) this.#joined = undefined;
  }

  #authorized({ userUUID, accessKey, messageLength, features = {} }: Authorized): void {
    this.#me = userUUID;
    this.#messageLength = messageLength;
    this.#features = features;
    this.#takeKey(accessKey);
  }

  /** From here on the key signs in, also where the password did. */
  #takeKey(accessKey: string): void {
    this.#accessKey = accessKey;
    this.#login = { type: "signIn", signIn: { accessKey } };
    this.#hasKey = true;
  }

  #notBegun(error: Error): void {
    // With a key the user is there, and only the inbox can't be read yet.
    const waits = this.#hasKey && isTemporary(error);
    if (this.#settle && !waits)
      this.#end(error instanceof Disconnected ? this.#unreachable(error) : error);
    else if (isTemporary(error))
      this.#retry = setTimeout(() => void this.#begin(), retryAfter(error));
    else if (error instanceof Refusal) this.#signedOut(error);
    // After a lost connection there will be another one.
    else if (!(error instanceof Disconnected)) this.#end(error);
  }

  #lost(why: Disconnected): void {
    if (this.#link.state === "ended") return;
    clearTimeout(this.#retry);
    this.#sender.stop();
    const link = this.socket.link.value;
    if (this.#settle) this.#end(this.#unreachable(why));
    else if (link.state === "waiting") this.#setLink({ ...link, why });
  }

  #unreachable(why: Disconnected): Unreachable {
    return new Unreachable(`Failed to reach ${this.address}. ${why.message}`, { cause: why });
  }

  #take(frames: Outgoing[]): void {
    for (const frame of frames) {
      if (frame.type === "channelMessage") this.#reader.take(frame.channelMessage);
      if (frame.type === "channelMessages") this.#reader.takePage(frame.channelMessages);
      if (frame.type === "channelChanges")
        this.#reader.takeChanges(frame.channelChanges, frame.id === undefined);
      if (frame.type === "changePassword")
        this.#takeKey(frame.changePassword.accessKey ?? this.#accessKey);
      if (frame.type === "signOut" || frame.type === "signOutEverywhere") this.#signedOut();
      if (frame.type === "sys") this.#reader.takeNews(frame.sys);
      if (isNews(frame)) this.#call(() => this.onNews(frame));
    }
  }

  #signedOut(cause?: Refusal): void {
    const why = new SignedOut("The user was signed out.", { cause });
    this.#end(why);
    this.#call(() => this.onSignedOut(why));
  }

  /** Settles all that is open. */
  #end(why: Error): void {
    if (this.#link.state === "ended") return;
    const settle = this.#settle;
    this.#settle = undefined;
    this.#login = undefined;
    this.#setLink({ state: "ended", why });
    clearTimeout(this.#retry);
    this.#sender.stop();
    this.#reader.stop();
    this.socket.stop();
    settle?.reject(why);
    for (const { reject } of this.#sends.splice(0)) reject(why);
  }

  #setLink(link: ChatLink): void {
    this.#link = link;
    this.#call(() => this.onLink(link));
  }

  #call(handler: () => unknown): void {
    void attempt(handler, (error) => this.onError(error));
  }

  #connect(): WebSocketLike {
    const Connection = this.#options.WebSocket ?? globalThis.WebSocket;
    if (Connection === undefined) throw new Error("There is no WebSocket; pass that of `ws`.");
    return new Connection(socketUrl(this.address));
  }

  /** Notes when an attempt begins. */
  #hold(link: Link): { value: Link } {
    const begun = () => this.#setLink({ state: "connecting" });
    return {
      get value() {
        return link;
      },
      set value(next) {
        link = next;
        if (next.state === "connecting") begun();
      },
    };
  }

  #newReader(positions: Positions | undefined): Reader {
    const reader = new Reader(this.socket, {
      message: (message) => this.onMessage(message),
      change: (message, live) => this.onChange(message, live),
      skipped: (channel) => this.onSkipped(channel),
      handled: () => this.onPositions && reader.positions && this.onPositions(reader.positions),
      reset: () => this.onReset(),
      inbox: (inbox) => this.#call(() => this.onInbox(inbox)),
      error: (error) => this.onError(error),
    });
    if (positions) reader.goOnFrom(positions);
    return reader;
  }

  /** The queue of the sender. */
  #queue(): SendQueue {
    const sends = this.#sends;
    return {
      next: () => sends[0]?.message,
      stored: (message) => sends.shift()?.resolve(message),
      refused: (_, reason) => sends.shift()?.reject(reason as Error),
    };
  }
}

function nothing(): void {}
