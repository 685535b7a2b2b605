/** The files that go with the next message of a channel or a thread: uploaded at once, and sent when all are there. */
import { type FilePlace, newUuid, type UploadOptions, upload } from "@chinwag/client";
import { effect } from "@preact/signals";
import type { ChannelId } from "./channel";
import type { Client } from "./client";
import type { FileInfo } from "./files";
import type { Answered } from "./line";
import type { Mentioned } from "./outbox";
import type { Attached } from "./writing";

/** What the page makes of a file before it is uploaded. */
export interface Prepared {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly preview?: Blob | undefined;
  /** The address of a picture of it. */
  readonly picture?: string | undefined;
}

/** A file that outlives its page until it is sent. */
export interface KeptFile {
  /** The `clientUUID` of its upload. */
  readonly id: string;
  readonly key: string;
  readonly channel: ChannelId;
  readonly file: File;
}

/** What the page does with files. */
export interface FilePage {
  prepare(file: File): Promise<Prepared>;
  /** The URL of a path of the server. */
  urlOf(path: string): string;
  /** The file has got its UUID. */
  uploaded(uuid: string, picture: string | undefined): void;
  /** Keeps a file of the user over a reload, as far as the browser does. */
  keep(user: string, kept: KeptFile): void;
  forget(id: string): void;
  /** The files of the user that closed pages left, which are this page's from then on. */
  left(user: string): Promise<readonly KeptFile[]>;
}

/** What is told with the message once its files are there. */
interface Wanted {
  readonly answered?: Answered | undefined;
  readonly mentioned?: Mentioned | undefined;
}

interface Task extends KeptFile {
  readonly abort: AbortController;
}

/** A phone's network is no faster with more; the server takes five of a session. */
const AT_ONCE = 2;

type Peer = Pick<
  Client,
  "socket" | "session" | "writing" | "drafts" | "outbox" | "reading" | "typing"
>;

export class Attachments {
  readonly #tasks = new Map<string, Task>();
  readonly #running = new Set<Task>();
  /** The messages that wait for their files. */
  readonly #wanted = new Map<string, Wanted>();

  constructor(
    readonly client: Peer,
    readonly page: FilePage,
  ) {
    let before: string | undefined;
    effect(() => {
      const user = client.session.me.value?.uuid;
      if (before !== undefined && before !== user) this.#end();
      if (user !== undefined && before !== user) void this.#goOn(user);
      before = user;
    });
  }

  of(key: string): readonly Attached[] {
    return this.client.writing.attached.value[key] ?? [];
  }

  /** Whether the message is sent as soon as its files are there. */
  isWanted(key: string): boolean {
    // Each change of the files is one of this, too.
    return this.of(key).length > 0 && this.#wanted.has(key);
  }

  add(key: string, channel: ChannelId, files: readonly File[]): void {
    const user = this.client.session.me.peek()?.uuid ?? "";
    const added = files.map((file) => ({ key, channel, id: newUuid(), file }));
    for (const kept of added) this.page.keep(user, kept);
    this.#add(added);
  }

  #add(files: readonly KeptFile[]): void {
    for (const kept of files) {
      const { key, id, file } = kept;
      this.#put(key, [...this.of(key), { id, file, info: infoOf(file), sent: 0 }]);
      this.#tasks.set(id, { ...kept, abort: new AbortController() });
    }
    this.#work();
  }

  /** With what a page left that was closed or reloaded: the server knows how far each has come. */
  async #goOn(user: string): Promise<void> {
    const left = await this.page.left(user);
    if (this.client.session.me.peek()?.uuid === user) this.#add(left);
  }

  /** Puts back files that the server has already. */
  restore(key: string, files: readonly FileInfo[]): void {
    const added = files.map((info) => ({ id: info.UUID, info, sent: info.Size }));
    this.#put(key, [...this.of(key), ...added]);
  }

  /** Cancels the upload. */
  remove(key: string, id: string): void {
    this.#drop(id);
    this.page.forget(id);
    this.#put(
      key,
      this.of(key).filter((attached) => attached.id !== id),
    );
    this.#work();
  }

  retry(key: string, channel: ChannelId, id: string): void {
    const { file } = this.of(key).find((attached) => attached.id === id) ?? {};
    if (file === undefined) return;
    this.#change(key, id, { why: undefined });
    this.#tasks.set(id, { key, channel, id, file, abort: new AbortController() });
    this.#work();
  }

  /** Sends what is written under `key` with its files, now or once they are there. */
  send(key: string, channel: ChannelId, answered?: Answered, mentioned?: Mentioned): void {
    this.#wanted.set(key, { answered, mentioned });
    for (const { id, why } of this.of(key)) if (why !== undefined) this.retry(key, channel, id);
    this.#put(key, [...this.of(key)]);
    this.#sendIfThere(key, channel);
  }

  #work(): void {
    for (const task of this.#tasks.values()) {
      if (this.#running.size >= AT_ONCE) return;
      if (this.#running.has(task)) continue;
      this.#running.add(task);
      void this.#upload(task).finally(() => {
        this.#running.delete(task);
        if (this.#tasks.get(task.id) === task) this.#tasks.delete(task.id);
        this.#sendIfThere(task.key, task.channel);
        this.#work();
      });
    }
  }

  async #upload(task: Task): Promise<void> {
    const { key, id, file, abort } = task;
    const { signal } = abort;
    try {
      const prepared = await this.page.prepare(file);
      if (signal.aborted) return;
      const { width, height, preview, picture } = prepared;
      const info = { ...infoOf(file), ...(width && height && { Width: width, Height: height }) };
      this.#change(key, id, { info, picture });
      const onProgress = (sent: number) => this.#change(key, id, { sent });
      const UUID = await this.#send(task, prepared, { preview, signal, onProgress });
      const done = { ...info, UUID, ...(preview && { Preview: true }) };
      this.page.uploaded(UUID, picture);
      this.#change(key, id, { info: done, sent: file.size });
    } catch (why) {
      if (signal.aborted) return;
      this.#wanted.delete(key);
      this.#change(key, id, { why });
    }
  }

  #send(task: Task, { width, height }: Prepared, options: UploadOptions): Promise<string> {
    const { channel: recipientUUID, id: clientUUID, file } = task;
    const { name, size, type } = file;
    const fileCreate = {
      ...{ recipientUUID, name, size, clientUUID },
      ...(type && { type }),
      ...(width && height && { width, height }),
    };
    const create = async (): Promise<FilePlace> => {
      await this.#live();
      return (await this.client.socket.request({ type: "fileCreate", fileCreate })).fileCreate;
    };
    const again = (wait: number) => new Promise<void>((resolve) => setTimeout(resolve, wait));
    return upload(file, { create, again, urlOf: (path) => this.page.urlOf(path) }, options);
  }

  /** Resolves while the connection acts for the user. */
  #live(): Promise<void> {
    return new Promise((resolve) => {
      const stop = effect(() => {
        if (!this.client.session.live.value) return;
        resolve();
        queueMicrotask(() => stop());
      });
    });
  }

  #sendIfThere(key: string, channel: ChannelId): void {
    const wanted = this.#wanted.get(key);
    const attached = this.of(key);
    if (wanted === undefined || attached.some(({ info }) => info.UUID === "")) return;
    const { drafts, outbox, reading, typing, writing } = this.client;
    typing.ceased();
    reading.wrote();
    const files = attached.length > 0 ? attached.map(({ info }) => info) : undefined;
    outbox.add(channel, drafts.get(key), wanted.answered, wanted.mentioned, files);
    for (const { id } of attached) this.page.forget(id);
    writing.answer(key, undefined);
    drafts.set(key, "");
    this.#put(key, []);
  }

  #put(key: string, attached: readonly Attached[]): void {
    const { [key]: _, ...others } = this.client.writing.attached.value;
    if (attached.length === 0) this.#wanted.delete(key);
    const value = attached.length > 0 ? { ...others, [key]: attached } : others;
    this.client.writing.attached.value = value;
  }

  #change(key: string, id: string, change: Partial<Attached>): void {
    const changed = this.of(key).map((each) => (each.id === id ? { ...each, ...change } : each));
    this.#put(key, changed);
  }

  #drop(id: string): void {
    this.#tasks.get(id)?.abort.abort();
    this.#tasks.delete(id);
  }

  /** The user is gone; what is on its way ends. */
  #end(): void {
    for (const id of [...this.#tasks.keys()]) this.#drop(id);
    this.#wanted.clear();
  }
}

function infoOf({ name, size, type }: File): FileInfo {
  return { UUID: "", Name: name, Type: type, Size: size };
}
