/** Which section each channel and person stands in, and when that changes. */
import { Socket } from "@chinwag/client";
import { BOB, CAT, Connections, ME } from "@chinwag/client/testing";
import { type Signal, signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import type { Place } from "../page/route";
import { type ChannelId, GENERAL } from "../state/channel";
import { Client } from "../state/client";
import { SESSION_KEY } from "../state/session";
import { memoryStore } from "../testing/memory-store";
import { Sections } from "./sections";

let client: Client;
let place: Signal<Place>;
let sections: Sections;

beforeEach(() => {
  const browser = memoryStore();
  browser.write(SESSION_KEY, { accessKey: "key", userUUID: ME, username: "Ada" });
  place = signal<Place>({ pane: "channel", channel: GENERAL });
  const open = signal<ChannelId>(GENERAL);
  const socket = new Socket("ws://there/ws", { connect: new Connections().connect });
  client = new Client(socket, { browser, page: memoryStore() }, open);
  sections = new Sections(client, { place });
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

function shown(): string[] {
  return sections.rows.value.map((row) => (row.kind === "heading" ? `${row.section}:` : row.name));
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
  sections.othersShown.value = true;
  expect(shown()).toHaveLength(37);
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
