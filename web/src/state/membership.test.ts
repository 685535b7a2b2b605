/** Groups and named channels on a connection without a network: what comes of them, and when they are gone. */

import { type InboxChannel, type Outgoing, Socket } from "@chinwag/client";
import { BOB, CAT, Connections, ME, message, user } from "@chinwag/client/testing";
import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryStore } from "../testing/memory-store";
import { type ChannelId, closedBy, type Details, GENERAL, isLookedAt, unreadOf } from "./channel";
import { Client } from "./client";
import { entries, matching } from "./entries";
import { SESSION_KEY } from "./session";

const OPS = "00000000-0000-4000-8000-0000000000c1";
const TEAM = "00000000-0000-4000-8000-0000000000c2";
const WEB = "00000000-0000-4000-8000-0000000000c3";

const CREATED = "2026-03-01T10:00:00Z";
const ops: Details = {
  ...{ UUID: OPS, Name: "ops", Topic: "what is on fire", Posting: "all" },
  ...{ CreatedAt: CREATED, usersTotal: 2 },
};
const team: Details = {
  ...{ UUID: TEAM, Name: "", Topic: "", Private: true, Posting: "all" },
  ...{ CreatedAt: CREATED, usersTotal: 3, Users: [user(ME), user(BOB), user(CAT)] },
};
const general: Details = {
  ...{ UUID: "00000000-0000-0000-0000-000000000000", Name: "General", Topic: "" },
  ...{ Posting: "all", CreatedAt: CREATED, usersTotal: 3, Member: true },
};
const GENERAL_ENTRY: InboxChannel = {
  ...{ recipientUUID: GENERAL, total: 0, unread: 0, Channel: general, level: "mentions" },
};
const OPS_ENTRY: InboxChannel = {
  ...{ recipientUUID: OPS, total: 5, unread: 2, level: "mentions" },
  Channel: { ...ops, Member: true, Owner: true },
};
const TEAM_ENTRY: InboxChannel = {
  ...{ recipientUUID: TEAM, total: 0, unread: 0, level: "all" },
  Channel: { ...team, Member: true },
};

let connections: Connections;
let open: Signal<ChannelId>;
let client: Client;

beforeEach(() => {
  vi.useFakeTimers();
  const browser = memoryStore();
  browser.write(SESSION_KEY, { accessKey: "key", userUUID: ME, username: "Ada" });
  connections = new Connections();
  open = signal<ChannelId>(GENERAL);
  const { connect } = connections;
  const socket = new Socket("ws://there/ws", { connect, holder: (link) => signal(link) });
  client = new Client(socket, { browser, page: memoryStore() }, open);
  client.socket.start(client);
});
afterEach(() => {
  client.socket.stop();
  vi.useRealTimers();
});

const settled = () => vi.advanceTimersByTimeAsync(0);

async function admitted(channels: InboxChannel[]): Promise<void> {
  connections.last.ready();
  const authorized = { userUUID: ME, accessKey: "key" };
  connections.last.answer({ type: "authorized", authorized }, "signIn");
  await settled();
  connections.last.answer({ type: "inbox", inbox: { channels } });
  const users = [user(ME), user(BOB), user(CAT)];
  connections.last.answer({ type: "users", users: { total: 3, received: 3, users } });
  await settled();
}

async function said(...frames: Outgoing[]): Promise<void> {
  for (const frame of frames) connections.last.say(frame);
  await settled();
}

function sys(told: Extract<Outgoing, { type: "sys" }>["sys"]): Outgoing {
  return { type: "sys", sys: told };
}

function inOps(seq: number): Outgoing {
  const { Recipient: _, ...channelMessage } = message(seq, { RecipientUUID: OPS });
  return { type: "channelMessage", channelMessage };
}

describe("groups and named channels", () => {
  beforeEach(() => admitted([GENERAL_ENTRY, OPS_ENTRY, TEAM_ENTRY]));

  test("are asked for, and have names, titles, counts and preferences", () => {
    expect(connections.last.requests("inbox").at(-1)?.inbox).toEqual({
      wants: ["channels", "changes"],
    });
    expect(client.channels.supported.value).toBe(true);
    expect([client.name(OPS), client.title(OPS)]).toEqual(["ops", "#ops"]);
    expect([client.name(TEAM), client.title(TEAM)]).toEqual(["Bob, Cat", "Bob, Cat"]);
    expect(unreadOf(client.channels.get(OPS))).toBe(2);
    expect(client.channels.get(OPS).prefs?.level).toBe("mentions");
  });

  test("are found by name beside people, and alone after #", () => {
    const found = (query: string) => matching(entries(client), query).map(({ name }) => name);
    expect(found("op")).toEqual(["ops"]);
    expect(found("#")).toEqual(["ops"]);
    expect(found("bob")).toEqual(["Bob, Cat", "Bob"]);
  });

  test("get the messages that name them, whoever sent those", async () => {
    await said(inOps(6));
    expect(client.channels.get(OPS)).toMatchObject({ total: 6, last: { text: "message 6" } });
    expect(client.channels.has(BOB)).toBe(false);
  });

  test("are asked for their messages before they are joined, whose reply has the newest alone", () => {
    open.value = OPS;
    const asked = connections.last.sent.map(({ type }) => type);
    expect(asked.slice(-2)).toEqual(["channelMessages", "channelJoin"]);
  });

  test("show who types in them", async () => {
    const typing = (recipientUUID: string): Outgoing => ({
      ...{ type: "channelTyping", userUUID: BOB },
      channelTyping: { recipientUUID, userUUID: BOB },
    });
    await said(typing(OPS), typing(ME));
    expect(client.typing.in(OPS)).toEqual([BOB]);
    expect(client.typing.in(BOB)).toEqual([BOB]);
  });

  test("follow their news, which leave what this user is there", async () => {
    await said(sys({ type: "channel", channel: { ...ops, Topic: "all quiet" } }));
    expect(client.channels.get(OPS).details).toMatchObject({
      ...{ Topic: "all quiet", Member: true, Owner: true },
    });
    const news = { recipientUUID: OPS, removed: [], usersTotal: 3 };
    const told = vi.fn();
    client.incoming.memberNews.add(told);
    await said(sys({ type: "members", members: { ...news, added: [user(ME)] } }));
    expect(client.channels.get(OPS).details?.usersTotal).toBe(3);
    expect(client.channels.get(OPS).details?.Owner).toBeUndefined();
    expect(told).toHaveBeenCalledOnce();
  });

  test("are asked for again when the user has become a member, and count nothing until then", async () => {
    await said(sys({ type: "channel", channel: { ...ops, UUID: WEB, Name: "web" } }));
    expect(connections.last.requests("inbox")).toHaveLength(2);
    const { Recipient: _, ...live } = message(501, { RecipientUUID: WEB });
    await said({ type: "channelMessage", channelMessage: live });
    expect(unreadOf(client.channels.get(WEB))).toBe(0);
    const web = { ...OPS_ENTRY, recipientUUID: WEB, total: 501, unread: 1 };
    const channels = [GENERAL_ENTRY, OPS_ENTRY, TEAM_ENTRY, web];
    connections.last.answer({ type: "inbox", inbox: { channels } });
    await settled();
    expect(unreadOf(client.channels.get(WEB))).toBe(1);
  });

  test("say that they are gone, and nothing of them stays", async () => {
    const gone = vi.fn();
    client.incoming.gone.add(gone);
    await said(sys({ type: "channelGone", channelGone: { recipientUUID: OPS } }), inOps(9));
    expect(gone).toHaveBeenCalledWith(expect.objectContaining({ Name: "ops" }));
    expect(client.channels.has(OPS)).toBe(false);
    expect(client.channels.hasNews.value).toBe(false);
  });

  test("are looked at after they were left, where they are public and open", async () => {
    open.value = OPS;
    await said(sys({ type: "channelGone", channelGone: { recipientUUID: OPS } }));
    expect(closedBy(client.channels.get(OPS))).toBe("looking");
    expect(client.channels.sorted.value.map(({ id }) => id)).not.toContain(OPS);
    open.value = GENERAL;
    expect(client.channels.has(OPS)).toBe(false);
  });

  test("can't be written to while they are archived, or by others than their owners", async () => {
    const edited = async (more: Partial<Details>) => {
      await said(sys({ type: "channel", channel: { ...ops, ...more } }));
      return closedBy(client.channels.get(OPS));
    };
    expect(await edited({})).toBeUndefined();
    expect(await edited({ Posting: "owners" })).toBeUndefined();
    const { Owner: _, ...member } = client.channels.get(OPS).details as Details;
    client.channels.takeDetails(member);
    expect(await edited({ Posting: "owners" })).toBe("owners");
    expect(await edited({ Archived: true, Posting: "owners" })).toBe("archived");
  });

  test("let admins write where only owners do, once they are members, and in General", async () => {
    const owners = { Posting: "owners" as const };
    const { Owner: _, Member: __, ...read } = { ...ops, ...owners };
    const as = (details: Details, id: ChannelId, isAdmin: boolean) =>
      closedBy({ ...client.channels.get(id), details }, isAdmin);
    expect(as(read, OPS, true)).toBe("looking");
    expect(as({ ...read, Member: true }, OPS, true)).toBeUndefined();
    expect(as({ ...read, Member: true }, OPS, false)).toBe("owners");
    const general = { ...read, Name: "General" };
    expect(as(general, GENERAL, true)).toBeUndefined();
    expect(as(general, GENERAL, false)).toBe("owners");
    expect(as({ ...general, Posting: "all" }, GENERAL, false)).toBeUndefined();
  });

  test("count on the title unless they are muted, which ends by itself", async () => {
    expect(client.channels.hasNews.value).toBe(true);
    const mutedUntil = new Date(Date.now() + 3_600_000).toISOString();
    const channelPrefs = { recipientUUID: OPS, level: "mentions" as const, mutedUntil };
    await said({ type: "channelPrefs", channelPrefs });
    expect(client.channels.hasNews.value).toBe(false);
    await vi.advanceTimersByTimeAsync(3_600_001);
    expect(client.channels.hasNews.value).toBe(true);
  });

  test.each(["the reply first", "the news first"])(
    "that one creates are read from the first message on: %s",
    async (order) => {
      const web = { ...ops, UUID: WEB, Name: "web" };
      const channel = { ...web, Member: true, Owner: true };
      const reply: Outgoing = { type: "channelCreate", channelCreate: channel };
      const news = sys({ type: "channel", channel: web });
      await said(...(order === "the reply first" ? [reply, news] : [news, reply]));
      expect(connections.last.requests("inbox")).toHaveLength(2);
      const entry = { recipientUUID: WEB, total: 1, unread: 1, level: "mentions" } as const;
      const inbox = { channels: [GENERAL_ENTRY, { ...entry, Channel: channel }] };
      connections.last.answer({ type: "inbox", inbox });
      open.value = WEB;
      client.reading.read(WEB, 1);
      expect(connections.last.requests("channelRead").at(-1)?.channelRead).toEqual({
        recipientUUID: WEB,
        seq: 1,
      });
    },
  );
});

describe("marked as unread", () => {
  beforeEach(async () => {
    open.value = OPS;
    await admitted([GENERAL_ENTRY, { ...OPS_ENTRY, unread: 0 }, TEAM_ENTRY]);
    const seen = { recipientUUID: OPS, messages: [] };
    const channelMessages = { ...seen, total: 5, received: 0 };
    connections.last.answer({ type: "channelMessages", channelMessages });
    const channelJoin = { ...seen, users: [], usersTotal: 2 };
    connections.last.answer({ type: "channelJoin", channelJoin });
    await settled();
  });

  async function markTaken(): Promise<void> {
    const channelPrefs = { recipientUUID: OPS, level: "mentions", unreadFrom: 3 } as const;
    connections.last.answer({ type: "channelPrefs", channelPrefs });
    await settled();
  }
  const marks = () =>
    connections.last.requests("channelPrefs").map(({ channelPrefs }) => channelPrefs.unreadFrom);

  test("counts from there, and looking on doesn't end it", () => {
    client.reading.markUnread(3);
    expect(unreadOf(client.channels.get(OPS))).toBe(3);
    expect(client.reading.newFrom.value).toBe(3);
    client.reading.read(OPS, 5);
    expect(marks()).toEqual([3]);
  });

  test("is read on another visit, which begins there", async () => {
    client.reading.markUnread(3);
    await markTaken();
    open.value = GENERAL;
    open.value = OPS;
    expect(client.reading.newFrom.value).toBe(3);
    client.reading.read(OPS, 2);
    expect(marks()).toEqual([3]);
    client.reading.read(OPS, 5);
    expect(marks()).toEqual([3, 0]);
    expect(unreadOf(client.channels.get(OPS))).toBe(0);
  });

  test("ends with what the user writes", async () => {
    client.reading.markUnread(3);
    await markTaken();
    client.send("done");
    expect(marks()).toEqual([3, 0]);
  });
});

describe("the address of a channel", () => {
  test("opens a public one that the user isn't a member of, found among all", async () => {
    open.value = WEB;
    await admitted([GENERAL_ENTRY]);
    const view = { recipientUUID: WEB, messages: [], users: [], usersTotal: 1 };
    connections.last.answer({ type: "channelJoin", channelJoin: view });
    await settled();
    const web = { ...ops, UUID: WEB, Name: "web" };
    const channels = { total: 1, received: 1, channels: [web] };
    connections.last.answer({ type: "channels", channels });
    await settled();
    expect(client.title(WEB)).toBe("#web");
    expect(isLookedAt(client.channels.get(WEB))).toBe(true);
    const { Recipient: _, ...channelMessage } = message(7, { RecipientUUID: WEB });
    await said({ type: "channelMessage", channelMessage });
    expect(unreadOf(client.channels.get(WEB))).toBe(0);
    client.reading.read(WEB, 7);
    client.tellTyping();
    expect(connections.last.requests("channelRead")).toEqual([]);
    expect(connections.last.requests("channelTyping")).toEqual([]);
  });

  test("of one that nobody may see is nobody's", async () => {
    open.value = WEB;
    await admitted([GENERAL_ENTRY]);
    connections.last.refuse("channelJoin", 10);
    await settled();
    expect(client.sync.nobody.value).toBe(WEB);
    expect(connections.last.requests("channels")).toEqual([]);
  });
});

test("a server of 0.1 is asked for nothing that it doesn't know", async () => {
  open.value = BOB;
  await admitted([{ recipientUUID: GENERAL, total: 0, unread: 0 }]);
  expect(client.channels.supported.value).toBe(false);
  open.value = "00000000-0000-4000-8000-0000000000ff";
  await settled();
  expect(new Set(connections.last.sent.map(({ type }) => type))).toEqual(
    new Set(["signIn", "inbox", "users", "channelJoin", "channelMessages"]),
  );
});
