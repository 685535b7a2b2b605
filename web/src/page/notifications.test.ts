/** Of which messages a browser notifies, by its own setting and by what the user prefers for each channel. */
import { type InboxChannel, Socket } from "@chinwag/client";
import { BOB, Connections, ME, message, user } from "@chinwag/client/testing";
import { signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import { GENERAL } from "../state/channel";
import { Client } from "../state/client";
import { SESSION_KEY } from "../state/session";
import { memoryStore } from "../testing/memory-store";
import { isWanted } from "./notifications";

const OPS = "00000000-0000-4000-8000-0000000000c1";

let client: Client;
beforeEach(() => {
  const browser = memoryStore();
  browser.write(SESSION_KEY, { accessKey: "key", userUUID: ME, username: "Ada" });
  const socket = new Socket("ws://there/ws", { connect: new Connections().connect });
  client = new Client(socket, { browser, page: memoryStore() }, signal(GENERAL));
});

const inGeneral = message(1);
const { Recipient: _, ...inOps } = message(1, { RecipientUUID: OPS });
const direct = message(1, { SenderUUID: BOB, RecipientUUID: ME });

function told(prefs: Partial<InboxChannel>, member = true): void {
  const about = { Name: "ops", Topic: "", Posting: "all", CreatedAt: "", usersTotal: 2 } as const;
  const entry = { total: 0, unread: 0, level: "mentions" } as const;
  const Channel = { UUID: OPS, ...about, ...(member && { Member: true }) };
  const general = { ...Channel, Name: "General" };
  client.channels.takeInbox(
    [
      { ...entry, recipientUUID: GENERAL, Channel: general },
      { ...entry, recipientUUID: OPS, Channel, ...prefs },
    ],
    ME,
  );
}

const wanted = (notify: "private" | "all") =>
  [inGeneral, inOps, direct].map((one) => isWanted(client, notify, one));

test("everything but what is muted", () => {
  told({});
  expect(wanted("all")).toEqual([true, true, true]);
  told({ level: "none" });
  expect(wanted("all")).toEqual([true, false, true]);
  told({ mutedUntil: new Date(Date.now() + 60_000).toISOString() });
  expect(wanted("all")).toEqual([true, false, true]);
});

test("private messages, and channels of which everything is wanted", () => {
  told({});
  expect(wanted("private")).toEqual([false, false, true]);
  told({ level: "all" });
  expect(wanted("private")).toEqual([false, true, true]);
});

test("mentions, unless nothing is wanted of the channel", () => {
  const mention = { ...inOps, Mentions: [user(ME)] };
  const isMentioned = (prefs: Partial<InboxChannel>) => {
    told(prefs);
    return isWanted(client, "private", mention);
  };
  expect(isMentioned({})).toBe(true);
  expect(isMentioned({ level: "none" })).toBe(false);
  expect(isMentioned({ mutedUntil: new Date(Date.now() + 60_000).toISOString() })).toBe(false);
});

test("nothing of a channel that one only looks at", () => {
  told({}, false);
  expect(wanted("all")).toEqual([true, false, true]);
});

test("as ever on a server of 0.1", () => {
  client.channels.takeInbox([{ recipientUUID: GENERAL, total: 0, unread: 0 }], ME);
  expect([inGeneral, direct].map((one) => isWanted(client, "private", one))).toEqual([false, true]);
  expect([inGeneral, direct].map((one) => isWanted(client, "all", one))).toEqual([true, true]);
});
