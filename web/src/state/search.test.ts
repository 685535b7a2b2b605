/** A search: its pages, what is asked for again, and what changes while its hits are shown. */
import { type Search as Asked, Disconnected, type Message, Refusal } from "@chinwag/client";
import { BOB, CAT, ME, message, shared } from "@chinwag/client/testing";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStore } from "../testing/memory-store";
import { NOTHING, queryOf } from "../text/terms";
import { Changes } from "./changes";
import { Channels } from "./channels";
import type { Client } from "./client";
import { History } from "./history";
import { keyOf } from "./hit";
import { lineOf } from "./line";
import { People } from "./people";
import { RecentSearches } from "./recent-searches";
import { Search } from "./search";

type Found = { messages: Message[]; before?: string; more?: boolean; ready?: number };

const live = signal(true);
let asked: Asked[];
let answer: (asked: Asked) => Found | Promise<Found>;
let client: Client;
let history: History;
let search: Search;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  const request = async (body: Record<string, unknown>) => {
    if (body.type === "channels") {
      const found = [{ UUID: "attic", Name: "attic", usersTotal: 1 }];
      return { channels: { total: 1, received: 1, channels: found } };
    }
    if (body.type !== "search") throw new Disconnected();
    asked.push(body.search as Asked);
    const found = await answer(body.search as Asked);
    return { search: { before: "", more: false, ready: 1, ...found } };
  };
  const socket = { request } as unknown as Client["socket"];
  const channels = new Channels();
  history = new History(socket, channels);
  client = {
    ...{ socket, channels, history, people: new People(), changes: new Changes(socket) },
    session: { me: signal({ uuid: ME, name: "Ada" }), live },
  } as unknown as Client;
  search = new Search(client, { ...NOTHING, text: "deploy" }, 20);
});
afterEach(() => {
  search.stop();
  vi.useRealTimers();
});

const hits = () => search.hits.map(keyOf);

test("page by page, each asked for by the place of the one before", async () => {
  answer = ({ before }) =>
    before === undefined
      ? { messages: [message(9), message(7)], before: "seven", more: true }
      : { messages: [message(3)] };
  await search.ask();
  expect([hits(), search.more.value]).toEqual([["/9", "/7"], true]);
  await search.next();
  expect([hits(), search.more.value]).toEqual([["/9", "/7", "/3"], false]);
  await search.next();
  expect(asked).toEqual([
    { query: "deploy", limit: 20 },
    { query: "deploy", limit: 20, before: "seven" },
  ]);
});

test("pages without hits are passed over", async () => {
  answer = ({ before = "0" }) => {
    const messages = before === "3" ? [message(5)] : [];
    return { messages, before: String(Number(before) + 1), more: true };
  };
  await search.ask();
  expect(hits()).toEqual(["/5"]);
  expect(asked).toHaveLength(4);
  await search.next();
  expect(asked.slice(4).map(({ before }) => before)[0]).toBe("4");
});

test("only the last question is answered", async () => {
  const waiting: ((found: Found) => void)[] = [];
  answer = () => new Promise((resolve) => waiting.push(resolve));
  const first = search.ask();
  search.terms.value = { ...NOTHING, text: "release" };
  const second = search.ask();
  waiting[1]?.({ messages: [message(2)] });
  await second;
  waiting[0]?.({ messages: [message(1)] });
  await first;
  expect([hits(), search.answered.value?.text, search.loading.value]).toEqual([
    ["/2"],
    "release",
    false,
  ]);
});

test("an empty field finds nothing, and asks nothing", async () => {
  answer = () => ({ messages: [message(1)] });
  await search.ask();
  search.terms.value = { text: " ", filters: [{ name: "in", value: "General" }] };
  await search.ask();
  expect([hits(), asked.length, search.loading.value]).toEqual([[], 1, false]);
});

test("while the index is being built the first page is asked for again", async () => {
  answer = () => ({ messages: [message(asked.length)], ready: asked.length < 3 ? 0.5 : 1 });
  await search.ask();
  expect(search.ready.value).toBe(0.5);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([asked.length, search.ready.value, hits()]).toEqual([3, 1, ["/3"]]);
});

test("too many requests: asked again when there is room", async () => {
  answer = () => {
    if (asked.length === 1) throw new Refusal(22, "2", "too many");
    return { messages: [message(1)] };
  };
  const done = search.ask();
  await vi.advanceTimersByTimeAsync(1999);
  expect([asked.length, search.loading.value]).toEqual([1, true]);
  await vi.advanceTimersByTimeAsync(1);
  await done;
  expect([hits(), search.failure.value]).toEqual([["/1"], undefined]);
});

test("a refusal is told, and a lost connection isn't", async () => {
  const refusal = new Refusal(2, "search", "unknown");
  answer = () => {
    throw refusal;
  };
  await search.ask();
  expect([search.failure.value, search.loading.value]).toEqual([refusal, false]);
  answer = () => {
    throw new Disconnected();
  };
  search.terms.value = { ...NOTHING, text: "other" };
  await search.ask();
  expect(search.failure.value).toBe(refusal);
  answer = () => ({ messages: [message(1)] });
  await search.ask();
  expect([search.failure.value, hits()]).toEqual([undefined, ["/1"]]);
});

test("after a lost connection the hits may be old", async () => {
  answer = () => ({ messages: [message(1)] });
  await search.ask();
  expect(search.isStale).toBe(false);
  live.value = false;
  live.value = true;
  expect(search.isStale).toBe(true);
});

test("a hit that is edited shows its new text, and a deleted one goes", async () => {
  const direct = message(1, { SenderUUID: BOB, RecipientUUID: ME });
  answer = () => ({ messages: [message(4), shared("team", 4), direct] });
  await search.ask();
  expect(hits()).toEqual(["/4", "team/4", `${BOB}/1`]);
  const edited = message(4, { Message: "edited", Rev: 2 });
  for (const listed of history.listings) if (listed.id === "") listed.take([lineOf(edited)]);
  expect(search.hits.map(({ line }) => line.text)).toEqual(["edited", "message 4", "message 1"]);
  const deletion = { Message: "", Rev: 3, DeletedAt: "2026-01-01T00:00:00Z" };
  history.change("team", [shared("team", 4, deletion)], true);
  expect(hits()).toEqual(["/4", `${BOB}/1`]);
  search.stop();
  expect(history.listings.size).toBe(0);
});

test("once a channel is gone its hits are, too", async () => {
  answer = () => ({ messages: [message(9)] });
  await search.ask();
  expect(hits()).toHaveLength(1);
  answer = () => ({ messages: [] });
  history.drop("");
  await vi.waitFor(() => expect(hits()).toEqual([]));
});

test("what stands around a hit is asked for once, and follows changes", async () => {
  answer = () => ({ messages: [shared("team", 4)] });
  await search.ask();
  const [hit] = search.hits;
  if (hit === undefined) throw new Error("failed to find a hit");
  const around = vi.fn(async () => ({
    channelMessages: { messages: [3, 4, 5].map((seq) => shared("team", seq)) },
  }));
  Object.assign(client.socket, { request: around });
  const { surroundings } = search;
  expect(surroundings.of(hit).isAwaited).toBe(true);
  surroundings.want(hit);
  surroundings.want(hit);
  await vi.advanceTimersByTimeAsync(0);
  expect(around.mock.calls).toEqual([
    [{ type: "channelMessages", channelMessages: { recipientUUID: "team", around: 4, limit: 3 } }],
  ]);
  const texts = () => [surroundings.of(hit).before?.text, surroundings.of(hit).after?.text];
  expect(texts()).toEqual(["message 3", "message 5"]);
  expect(surroundings.of(hit).isAwaited).toBe(false);
  const deletion = { Message: "", Rev: 3, DeletedAt: "2026-01-01T00:00:00Z" };
  history.change("team", [shared("team", 3, deletion)], true);
  expect(texts()).toEqual([undefined, "message 5"]);
});

test("of held messages nothing is asked", async () => {
  answer = () => ({ messages: [message(4)] });
  await search.ask();
  const request = vi.spyOn(client.socket, "request");
  history.timeline("").take([3, 4, 5].map((seq) => lineOf(message(seq))));
  const [hit] = search.hits;
  if (hit === undefined) throw new Error("failed to find a hit");
  search.surroundings.want(hit);
  await vi.advanceTimersByTimeAsync(0);
  expect(search.surroundings.of(hit).before?.text).toBe("message 3");
  expect(request).not.toHaveBeenCalled();
});

test("a channel that the user isn't in, and people that nobody told of, have their names", async () => {
  const direct = message(1, { SenderUUID: CAT, RecipientUUID: ME });
  answer = () => ({ messages: [shared("attic", 1), direct] });
  await search.ask();
  await vi.advanceTimersByTimeAsync(0);
  expect(search.other("attic")?.Name).toBe("attic");
  expect(client.people.get(CAT)?.name).toBe(direct.Sender.Username);
});

test("the last searches: the newest first, each once, eight at most, and none after they are cleared", () => {
  const kept = memoryStore();
  const recent = new RecentSearches(kept);
  recent.add({ ...NOTHING, text: "  " });
  for (let n = 1; n <= 9; n++) recent.add({ ...NOTHING, text: `word ${n} ` });
  recent.add({ ...NOTHING, text: "word 4" });
  const queries = () => new RecentSearches(kept).all.value.map(queryOf);
  expect(queries()).toEqual([4, 9, 8, 7, 6, 5, 3, 2].map((n) => `word ${n}`));
  recent.clear();
  expect([queries(), kept.names("")]).toEqual([[], []]);
});
