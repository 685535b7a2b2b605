/** Which section each channel and person stands in, and when that changes. */
import { type InboxChannel, Socket } from "@chinwag/client";
import { BOB, CAT, Connections, ME, user } from "@chinwag/client/testing";
import { type Signal, signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import type { Place } from "../page/route";
import { Settings } from "../page/settings";
import { type ChannelId, GENERAL } from "../state/channel";
import { Client } from "../state/client";
import { SESSION_KEY } from "../state/session";
import { memoryStore } from "../testing/memory-store";
import { Sections } from "./sections";

let client: Client;
let place: Signal<Place>;
let sections: Sections;
let settings: Settings;

beforeEach(() => {
  const browser = memoryStore();
  browser.write(SESSION_KEY, { accessKey: "key", userUUID: ME, username: "Ada" });
  place = signal<Place>({ pane: "channel", channel: GENERAL });
  const open = signal<ChannelId>(GENERAL);
  const socket = new Socket("ws://there/ws", { connect: new Connections().connect });
  client = new Client(socket, { browser, page: memoryStore() }, open);
  settings = new Settings(browser);
  sections = new Sections(client, { place }, settings);
});

/** The list as the server tells it: unread counts by channel, and as many people without talk. */
function told(unread: Readonly<Record<ChannelId, number>>, others: number): void {
  const channels = Object.entries(unread).map(([recipientUUID, n]) => ({
    recipientUUID,
    total: n + 1,
    unread: n,
  }));
  client.channels.takeInbox(channels, ME);
  const strangers = Array.from({ length: others }, (_, n) => ({
    UUID: `stranger ${n}`,
    Username: `Stranger ${n}`,
  }));
  const known = [
    { UUID: ME, Username: "Ada" },
    { UUID: BOB, Username: "Bob" },
    { UUID: CAT, Username: "Cat" },
  ];
  client.people.takeAll([...known, ...strangers], known.length + others);
}

const OPS = "00000000-0000-4000-8000-0000000000c1";
const WEB = "00000000-0000-4000-8000-0000000000c2";
const TEAM = "00000000-0000-4000-8000-0000000000c3";

/** A channel as the inbox has it; one without a name is a group. */
function entry(UUID: string, Name: string, more: Partial<InboxChannel> = {}): InboxChannel {
  const about = { Topic: "", Posting: "all", CreatedAt: "2026-03-01T10:00:00Z" } as const;
  const details = { ...about, UUID, Name, usersTotal: 3, Member: true };
  const Users = [ME, BOB, CAT].map((uuid) => user(uuid));
  const Channel = Name === "" ? { ...details, Users } : details;
  return { recipientUUID: UUID, total: 0, unread: 0, level: "mentions", Channel, ...more };
}

function toldChannels(...more: InboxChannel[]): void {
  client.channels.takeInbox([entry(GENERAL, "General"), ...more], ME);
}

function shown(): string[] {
  return sections.rows.value.map((row) =>
    row.kind === "entry" ? row.name : row.kind === "heading" ? `${row.section}:` : row.kind,
  );
}

test("what is unread stands first, then channels, people with talk, and the others", () => {
  told({ [GENERAL]: 0, [BOB]: 0, [CAT]: 2 }, 1);
  expect(shown()).toEqual([
    ...["unread:", "Cat"],
    ...["channels:", "General", "Notes to self"],
    ...["people:", "Bob"],
    ...["others:", "Stranger 0"],
  ]);
});

test("the open channel stays in its section until another is opened", () => {
  told({ [GENERAL]: 0, [BOB]: 0, [CAT]: 2 }, 0);
  place.value = { pane: "channel", channel: CAT };
  client.channels.takeRead(CAT, 3);
  expect(shown().slice(0, 2)).toEqual(["unread:", "Cat"]);
  place.value = { pane: "channel", channel: BOB };
  expect(shown()).not.toContain("unread:");
  told({ [GENERAL]: 0, [BOB]: 1, [CAT]: 0 }, 0);
  expect(shown()).not.toContain("unread:");
  place.value = { pane: "list", channel: BOB };
  expect(shown().slice(0, 2)).toEqual(["unread:", "Bob"]);
});

test("many others are folded away, except for somebody without any talk", () => {
  told({ [GENERAL]: 0, [BOB]: 0 }, 30);
  client.channels.loaded.value = true;
  expect(shown().at(-1)).toBe("others:");
  const heading = sections.rows.value.at(-1);
  // Cat is one of them.
  expect(heading?.kind === "heading" && heading.count).toBe(31);
  sections.show("others", true);
  expect(shown()).toHaveLength(37);
  settings.folded.value = {};
  client.channels.loaded.value = false;
  told({ [GENERAL]: 0 }, 30);
  client.channels.loaded.value = true;
  expect(shown().at(-1)).not.toBe("others:");
});

test("somebody whom one began to write to stands among the people", () => {
  told({ [GENERAL]: 0, [BOB]: 0 }, 0);
  client.drafts.set(CAT, "half a thought");
  expect(shown().slice(-3)).toEqual(["people:", "Bob", "Cat"]);
});

test("pinned channels, the user's own sections, channels by name, and groups among the people", () => {
  toldChannels(
    entry(OPS, "ops", { section: "work" }),
    entry(WEB, "web", { pinned: true, section: "work" }),
    entry(TEAM, ""),
  );
  expect(shown()).toEqual([
    ...["pinned:", "web"],
    ...["own work:", "ops"],
    ...["channels:", "General", "Notes to self"],
    ...["people:", "Bob, Cat"],
  ]);
  expect(sections.own.value).toEqual(["work"]);
  toldChannels(entry(WEB, "web"), entry(OPS, "ops"));
  expect(shown()).toEqual(["channels:", "General", "Notes to self", "ops", "web"]);
});

test("without a channel the list says how to come by one, if the server has any", () => {
  toldChannels();
  expect(shown()).toEqual(["channels:", "General", "Notes to self", "hint"]);
  told({ [GENERAL]: 0 }, 0);
  expect(shown()).not.toContain("hint");
});

test("unread first is a choice", () => {
  toldChannels(entry(OPS, "ops", { total: 3, unread: 1 }));
  expect(shown().slice(0, 2)).toEqual(["unread:", "ops"]);
  settings.unreadFirst.value = false;
  expect(shown()).toEqual(["channels:", "General", "Notes to self", "ops"]);
});

test("what is muted never comes first", () => {
  toldChannels(entry(OPS, "ops", { total: 3, unread: 1, level: "none" }));
  expect(shown()).toEqual(["channels:", "General", "Notes to self", "ops"]);
  place.value = { pane: "channel", channel: OPS };
  expect(shown()).toEqual(["channels:", "General", "Notes to self", "ops"]);
});

test("archived channels and groups of which nothing is wanted are away, unless one is open", () => {
  const ops = entry(OPS, "ops");
  const archived = { ...ops, Channel: { ...ops.Channel, Archived: true } } as InboxChannel;
  toldChannels(archived, entry(TEAM, "", { level: "none" }));
  expect(shown()).not.toContain("ops");
  expect(shown()).not.toContain("Bob, Cat");
  place.value = { pane: "channel", channel: OPS };
  expect(shown()).toContain("ops");
});

test("a folded section keeps what is open in sight, and stays folded", () => {
  toldChannels(entry(OPS, "ops"), entry(WEB, "web"));
  place.value = { pane: "channel", channel: WEB };
  sections.show("channels", false);
  expect(shown()).toEqual(["channels:", "web"]);
  expect(new Sections(client, { place }, settings).isShown("channels")).toBe(false);
});
