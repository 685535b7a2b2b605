/** Fetching what a channel misses: its newest page, older ones, and what came while nobody listened. */

import {
  Disconnected,
  type HistoryPage,
  type Message,
  Refusal,
  type Socket,
} from "@chinwag/client";
import { ME, message, messages } from "@chinwag/client/testing";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Details, GENERAL } from "./channel";
import { Channels } from "./channels";
import { History } from "./history";
import { type Line, lineOf } from "./line";

const lines = (from: number, to: number): Line[] => messages(from, to).map((each) => lineOf(each));

/** A server with one channel, that answers as the real one does. */
class Server {
  readonly asked: HistoryPage[] = [];
  away = false;
  refuses: Refusal | undefined;
  /** How many fit into one answer, with any limit. */
  most = 100;
  history: History | undefined;
  constructor(public stored: Message[]) {}

  readonly request = async ({ channelMessages: page }: { channelMessages: HistoryPage }) => {
    this.asked.push(page);
    if (this.away) throw new Disconnected();
    const { refuses } = this;
    this.refuses = undefined;
    if (refuses) throw refuses;
    const limit = Math.min(this.most, page.limit ?? 10);
    const { around } = page;
    const found =
      around !== undefined
        ? this.stored.slice(Math.max(0, around - 1 - limit / 2), around - 1 + limit / 2)
        : page.after !== undefined
          ? this.stored.filter(({ Seq }) => Seq > (page.after ?? 0)).slice(0, limit)
          : this.stored
              .filter(({ Seq }) => Seq < (page.before ?? Number.POSITIVE_INFINITY))
              .slice(-limit)
              .reverse();
    // What was sent before comes before the answer.
    await Promise.resolve();
    this.history?.takePage(page.recipientUUID, found);
    return { channelMessages: { received: found.length, messages: found } };
  };
}

let channels: Channels;
let server: Server;
let history: History;

beforeEach(() => {
  channels = new Channels();
  server = new Server(messages(1, 300));
  history = new History({ request: server.request as unknown as Socket["request"] }, channels);
  server.history = history;
  channels.takeMessage(message(300), ME);
});

function range(): [number, number, number] {
  const { first, last, lines } = history.timeline("");
  return [first, last, lines.length];
}

describe("history", () => {
  test("opens at the newest", async () => {
    await history.open("", 0);
    expect(range()).toEqual([251, 300, 50]);
  });

  test("opens with what is unread, as far as one page goes", async () => {
    await history.open("", 70);
    expect(range()).toEqual([221, 300, 80]);
    expect(server.asked).toEqual([{ recipientUUID: "", limit: 80 }]);
  });

  test("goes back to the first message, and then asks no more", async () => {
    await history.open("", 0);
    for (let page = 0; page < 5; page++) await history.older("");
    expect(range()).toEqual([1, 300, 300]);
    expect(server.asked.map(({ before }) => before)).toEqual([undefined, 251, 151, 51]);
  });

  test("asks for one older page at a time", async () => {
    await history.open("", 0);
    await Promise.all([history.older(""), history.older(""), history.older("")]);
    expect(range()).toEqual([151, 300, 150]);
  });

  test("asks for older ones of one channel while those of another are on their way", async () => {
    await Promise.all(["", "bob"].map((id) => history.open(id, 0)));
    await Promise.all(["", "bob"].map((id) => history.older(id)));
    expect(["", "bob"].map((id) => history.timeline(id).first)).toEqual([151, 151]);
  });

  test("fills a hole", async () => {
    await history.open("", 0);
    server.stored = messages(1, 305);
    channels.takeMessage(message(305), ME);
    history.take("", [message(305)]);
    await history.catchUp("");
    expect(range()).toEqual([251, 305, 55]);
  });

  test("catches up page by page", async () => {
    await history.open("", 0);
    server.stored = messages(1, 700);
    channels.takeMessage(message(700), ME);
    await history.catchUp("");
    expect(range()).toEqual([251, 700, 450]);
  });

  test("goes on where it was when too much was missed, page by page to the end", async () => {
    await history.open("", 0);
    server.stored = messages(1, 850);
    channels.takeMessage(message(850), ME);
    await history.catchUp("");
    expect(range()).toEqual([251, 300, 50]);
    for (let page = 0; page < 5; page++) await history.newer("");
    expect(range()).toEqual([251, 800, 550]);
    // What arrives at the end is left out until the reader is there.
    server.stored = messages(1, 851);
    channels.takeMessage(message(851), ME);
    history.take("", [message(851)]);
    expect(range()).toEqual([251, 800, 550]);
    await history.newer("");
    expect(range()).toEqual([251, 851, 601]);
    expect(history.timeline("").detached.value).toBe(false);
    const asked = server.asked.length;
    await history.newer("");
    expect(server.asked.length).toBe(asked);
    history.take("", [message(852)]);
    expect(history.timeline("").last).toBe(852);
  });

  test("opens at the first of many unread, with some above it, by short pages too", async () => {
    server.most = 7;
    await history.open("", 150);
    expect(range()).toEqual([141, 154, 14]);
    expect(history.timeline("").opening.value).toBe(false);
    await history.older("");
    await history.newer("");
    expect(range()).toEqual([41, 161, 121]);
  });

  test("goes to the newest and back to what was passed over", async () => {
    await history.open("", 150);
    await history.toNewest("");
    expect(range()).toEqual([251, 300, 50]);
    await history.around("", 151);
    expect(range()).toEqual([141, 240, 100]);
    history.leave("");
    expect(history.kept().has("")).toBe(false);
  });

  test("goes to a message by the page around it, and on in both directions", async () => {
    const details = { Member: true, usersTotal: 1 } as Details;
    channels.takeDetails({ ...details, UUID: GENERAL, Name: "General" });
    await history.open("", 0);
    await history.around("", 100);
    expect(server.asked.at(-1)).toEqual({ recipientUUID: "", limit: 100, around: 100 });
    expect(range()).toEqual([50, 149, 100]);
    await history.older("");
    await history.newer("");
    await history.newer("");
    expect(range()).toEqual([1, 300, 300]);
    expect(history.timeline("").detached.value).toBe(false);
  });

  test("begins with no page but that around the message, though another one comes first", async () => {
    channels.takeDetails({ Member: true, UUID: GENERAL, Name: "General" } as Details);
    await history.open("", 0);
    const gone = history.around("", 100);
    history.takePage("", messages(199, 201));
    await gone;
    expect(range()).toEqual([50, 149, 100]);
  });

  test.each([
    ["one pinned message", messages(120, 120)],
    ["neighbours of a thread", messages(120, 122)],
    ["no pinned messages", []],
  ])("begins with the newest, though a page with %s comes first", async (_, listed) => {
    await history.open("", 150);
    const gone = history.toNewest("");
    history.takePage("", listed);
    expect(history.timeline("").loaded.value).toBe(false);
    await gone;
    expect(range()).toEqual([251, 300, 50]);
    expect(history.timeline("").hasHole).toBe(false);
  });

  test("tries again after the connection was lost", async () => {
    await history.open("", 0);
    server.stored = messages(1, 310);
    channels.takeMessage(message(310), ME);
    server.away = true;
    await history.catchUp("");
    await history.older("");
    expect(range()).toEqual([251, 300, 50]);
    server.away = false;
    await history.catchUp("");
    await history.older("");
    expect(range()).toEqual([151, 310, 160]);
  });

  test("opens with as much when pages are shorter than asked for", async () => {
    server.most = 7;
    const opened = history.open("", 70);
    expect(history.timeline("").opening.value).toBe(true);
    await opened;
    expect(history.timeline("").opening.value).toBe(false);
    expect(range()).toEqual([221, 300, 80]);
    expect(server.asked[1]).toEqual({ recipientUUID: "", limit: 73, before: 294 });
  });

  test("goes back a page's worth, and to the first message, by shorter pages", async () => {
    await history.open("", 0);
    server.most = 30;
    await history.older("");
    expect(range()).toEqual([151, 300, 150]);
    await history.older("");
    await history.older("");
    expect(range()).toEqual([1, 300, 300]);
    const asked = server.asked.length;
    await history.older("");
    expect(server.asked.length).toBe(asked);
  });

  test("catches up by shorter pages", async () => {
    await history.open("", 0);
    server.most = 30;
    server.stored = messages(1, 700);
    channels.takeMessage(message(700), ME);
    await history.catchUp("");
    expect(range()).toEqual([251, 700, 450]);
  });

  test("loads what is open again, though the list of channels has no room for it", async () => {
    await history.open("", 0);
    channels.restore([]);
    await history.open("", 0);
    expect(range()).toEqual([201, 300, 100]);
  });

  test.each([
    [new Refusal(22, "3", "too many requests"), 3000],
    [new Refusal(30, "channelMessages", "try again"), 2000],
  ])("asks again after %s", async (refusal, wait) => {
    vi.useFakeTimers();
    server.refuses = refusal;
    const opened = history.open("", 0);
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(server.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await opened;
    expect(range()).toEqual([251, 300, 50]);
    vi.useRealTimers();
  });

  test("leaves a channel that it may not read as it is", async () => {
    server.refuses = new Refusal(11, "channelMessages", "no");
    await history.open("", 0);
    expect([server.asked.length, history.timeline("").loaded.value]).toEqual([1, false]);
  });

  test("asks no further for a channel that is opened anew meanwhile", async () => {
    await history.open("", 0);
    server.stored = messages(1, 700);
    channels.takeMessage(message(700), ME);
    const asked = server.asked.length;
    const request = async (page: { channelMessages: HistoryPage }) => {
      if (server.asked.length > asked + 20) throw new Disconnected();
      if (server.asked.length === asked) {
        history.drop("");
        history.timeline("");
      }
      return server.request(page);
    };
    Object.assign(history, { socket: { request } });
    await history.catchUp("");
    await vi.waitFor(() => expect(history.timeline("").last).toBe(700));
    expect(server.asked.length - asked).toBeLessThan(10);
  });

  test("leaves what comes before the first page to that page, and fetches what it lacks", async () => {
    history.timeline("");
    history.take("", [message(300)]);
    expect(range()).toEqual([0, 0, 0]);
    const opened = history.open("", 0);
    channels.takeMessage(message(301), ME);
    history.take("", [message(301)]);
    server.stored = messages(1, 301);
    await opened;
    await vi.waitFor(() => expect(range()).toEqual([251, 301, 51]));
    expect(history.timeline("").rev).toBe(0);
  });

  test("shows the message that it goes to, though others come meanwhile", async () => {
    const request = async (asked: { channelMessages: HistoryPage }) => {
      channels.takeMessage(message(301), ME);
      history.take("", [message(301)]);
      return server.request(asked);
    };
    history = new History({ request } as unknown as Pick<Socket, "request">, channels);
    server.history = history;
    await history.around("", 20);
    expect(history.timeline("").holds(20)).toBe(true);
  });

  test("asks for the changes of a channel that is opened anew while earlier ones are on their way", () => {
    const request = vi.fn(() => new Promise(() => undefined));
    history = new History({ request } as unknown as Pick<Socket, "request">, channels);
    for (let visit = 1; visit <= 2; visit++) {
      history.timeline("");
      history.takePage("", messages(299, 300), 1);
      history.takeChanges({ recipientUUID: "", after: 3, rev: 5, messages: [] }, true);
      expect(request).toHaveBeenCalledTimes(visit);
      history.drop("");
    }
  });

  test("asks for nothing more when the newest are refused", async () => {
    await history.open("", 0);
    channels.restore([{ id: "", total: 10, read: 0 }]);
    server.away = true;
    await history.catchUp("");
    expect(server.asked).toHaveLength(2);
  });

  test("forgets what is held: what is open is emptied, and loaded again", async () => {
    await history.open("", 0);
    history.timeline("bob").take(lines(1, 3));
    const shown = history.timeline("");
    history.forget("");
    expect([...history.kept().keys()]).toEqual([""]);
    expect([shown.lines.length, shown.loaded.value]).toEqual([0, false]);
    await history.open("", 0);
    expect(shown.last).toBe(300);
  });

  test("keeps nothing of channels that were never opened", () => {
    history.take("somebody", messages(1, 3));
    expect(history.kept().has("somebody")).toBe(false);
  });

  test("forgets what went stale while there was no connection, except what is open", async () => {
    await history.open("", 0);
    history.timeline("bob").take(lines(1, 3));
    history.timeline("cat").take(lines(1, 3));
    channels.takeRead("bob", 0);
    channels.restore([
      { id: "", total: 310, read: 0 },
      { id: "bob", total: 3, read: 0 },
      { id: "cat", total: 4, read: 0 },
    ]);
    history.forgetStale("");
    expect([...history.kept().keys()]).toEqual(["", "bob"]);
  });
});
