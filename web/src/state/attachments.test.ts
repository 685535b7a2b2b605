/** Files that go with a message: uploaded two at a time, sent when all are there, cancelled, and gone with their user. */
import type { Socket } from "@chinwag/client";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStore } from "../testing/memory-store";
import { Attachments, type KeptFile } from "./attachments";
import { Clock } from "./clock";
import { Drafts } from "./drafts";
import { Outbox } from "./outbox";
import { Writing } from "./writing";

const KEY = "channel";

interface Put {
  readonly url: string;
  done(): void;
  fail(status: number): void;
}

let puts: Put[];
let created: string[];
let me: ReturnType<typeof signal<{ uuid: string; name: string } | undefined>>;
let live: ReturnType<typeof signal<boolean>>;
let writing: Writing;
let drafts: Drafts;
let outbox: Outbox;
let attachments: Attachments;
/** As a page that is loaded. */
let open: () => Attachments;
let kept: Map<string, KeptFile & { user: string }>;

beforeEach(() => {
  [puts, created, kept] = [[], [], new Map()];
  me = signal<{ uuid: string; name: string } | undefined>({ uuid: "me", name: "Me" });
  live = signal<boolean>(true);
  const request = async ({ fileCreate }: { fileCreate: { name: string } }) => {
    created.push(fileCreate.name);
    const UUID = `uuid of ${fileCreate.name}`;
    return { fileCreate: { UUID, url: `/files/${UUID}`, token: "token", piece: 100, received: 0 } };
  };
  const socket = { request: request as unknown as Socket["request"] };
  // As outside of browsers, where all goes by `fetch`.
  vi.stubGlobal("XMLHttpRequest", undefined);
  vi.stubGlobal("fetch", (url: string, { method, signal: aborted }: RequestInit) => {
    if (method === "DELETE") return Promise.resolve(new Response(null, { status: 204 }));
    return new Promise((resolve, reject) => {
      aborted?.addEventListener("abort", () => reject(aborted.reason));
      const answer = (response: Response) => resolve(response);
      puts.push({
        url,
        done: () => answer(new Response(null, { status: 204, headers: { "Upload-Offset": "3" } })),
        fail: (status) => answer(new Response("The quota is used up.", { status })),
      });
    });
  });
  writing = new Writing();
  drafts = new Drafts(memoryStore());
  outbox = new Outbox(socket as Socket, memoryStore(), new Clock(), memoryStore());
  const client = {
    ...{ socket, writing, drafts, outbox },
    session: { me, live },
    reading: { wrote: () => undefined },
    typing: { ceased: () => undefined },
  };
  type Peer = ConstructorParameters<typeof Attachments>[0];
  open = () =>
    new Attachments(client as unknown as Peer, {
      prepare: async () => ({ width: 4, height: 3 }),
      urlOf: (path) => path,
      uploaded: () => undefined,
      keep: (user, file) => kept.set(file.id, { ...file, user }),
      forget: (id) => kept.delete(id),
      left: async (user) => [...kept.values()].filter((each) => each.user === user),
    });
  attachments = open();
});
afterEach(() => vi.unstubAllGlobals());

function file(name: string): File {
  return new File(["abc"], name, { type: "image/png" });
}

async function begun(count: number): Promise<void> {
  await vi.waitFor(() => expect(puts).toHaveLength(count));
}

function names(): string[] {
  return attachments.of(KEY).map(({ info }) => info.Name);
}

test("two go at once, in the order in which they were chosen", async () => {
  attachments.add(KEY, "", [file("a"), file("b"), file("c")]);
  await begun(2);
  expect(created).toEqual(["a", "b"]);
  puts[0]?.done();
  await begun(3);
  expect(created).toEqual(["a", "b", "c"]);
});

test("a message waits for its files, and goes with what is written then", async () => {
  attachments.add(KEY, "", [file("a")]);
  await begun(1);
  drafts.set(KEY, "see");
  attachments.send(KEY, "");
  expect(attachments.isWanted(KEY)).toBe(true);
  expect(outbox.pending.value).toEqual([]);
  drafts.set(KEY, "see here");
  puts[0]?.done();
  await vi.waitFor(() => expect(outbox.pending.value).toHaveLength(1));
  const [sent] = outbox.pending.value;
  expect(sent).toMatchObject({ channel: "", text: "see here" });
  const info = { UUID: "uuid of a", Name: "a", Type: "image/png", Size: 3, Width: 4, Height: 3 };
  expect(sent?.files).toEqual([info]);
  expect(outbox.next()).toMatchObject({ message: "see here", files: ["uuid of a"] });
  expect([names(), drafts.get(KEY)]).toEqual([[], ""]);
});

test("one that is removed isn't waited for, and nothing is sent without the last one", async () => {
  attachments.add(KEY, "", [file("a"), file("b")]);
  await begun(2);
  attachments.send(KEY, "");
  puts[0]?.done();
  await vi.waitFor(() => expect(attachments.of(KEY)[0]?.info.UUID).not.toBe(""));
  attachments.remove(KEY, attachments.of(KEY)[1]?.id ?? "");
  await vi.waitFor(() => expect(outbox.pending.value[0]?.files).toHaveLength(1));
  attachments.add(KEY, "", [file("c")]);
  await begun(3);
  attachments.send(KEY, "");
  attachments.remove(KEY, attachments.of(KEY)[0]?.id ?? "");
  expect([names(), attachments.isWanted(KEY)]).toEqual([[], false]);
  expect(outbox.pending.value).toHaveLength(1);
});

test("a refused one says why, holds the message back, and can be tried again", async () => {
  attachments.add(KEY, "", [file("a")]);
  await begun(1);
  attachments.send(KEY, "");
  puts[0]?.fail(413);
  await vi.waitFor(() => expect(attachments.of(KEY)[0]?.why).toBeDefined());
  expect(attachments.of(KEY)[0]?.why).toMatchObject({ message: "The quota is used up." });
  expect(attachments.isWanted(KEY)).toBe(false);
  attachments.retry(KEY, "", attachments.of(KEY)[0]?.id ?? "");
  await begun(2);
  expect(attachments.of(KEY)[0]?.why).toBeUndefined();
  puts[1]?.fail(413);
  await vi.waitFor(() => expect(attachments.of(KEY)[0]?.why).toBeDefined());
  // To send again is to try again.
  attachments.send(KEY, "");
  await begun(3);
  puts[2]?.done();
  await vi.waitFor(() => expect(outbox.pending.value[0]?.files?.[0]?.UUID).toBe("uuid of a"));
});

test("nothing begins without a connection", async () => {
  live.value = false;
  attachments.add(KEY, "", [file("a")]);
  await vi.waitFor(() => expect(attachments.of(KEY)[0]?.info.Width).toBe(4));
  expect(created).toEqual([]);
  live.value = true;
  await begun(1);
});

test("with the user goes what is on its way", async () => {
  attachments.add(KEY, "", [file("a"), file("b"), file("c")]);
  await begun(2);
  me.value = undefined;
  writing.clear();
  await vi.waitFor(() => expect(attachments.of(KEY)).toEqual([]));
  me.value = { uuid: "other", name: "Other" };
  attachments.add(KEY, "", [file("d")]);
  await begun(3);
  expect(created).toEqual(["a", "b", "d"]);
});

test("a reloaded page goes on with what isn't sent, under the same names", async () => {
  attachments.add(KEY, "", [file("a"), file("b")]);
  await begun(2);
  const ids = attachments.of(KEY).map(({ id }) => id);
  attachments.remove(KEY, ids[1] ?? "");
  writing.clear();
  attachments = open();
  await begun(3);
  expect(attachments.of(KEY).map(({ id, info }) => [id, info.Name])).toEqual([[ids[0], "a"]]);
  attachments.send(KEY, "");
  puts[2]?.done();
  await vi.waitFor(() => expect(outbox.pending.value).toHaveLength(1));
  expect([...kept]).toEqual([]);
});
