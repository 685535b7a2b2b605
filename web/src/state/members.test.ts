/** The members of a channel as its details show them: by pages, by a search, and with the news. */

import { Socket } from "@chinwag/client";
import { BOB, CAT, Connections, ME, user } from "@chinwag/client/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Members } from "./members";

const OPS = "00000000-0000-4000-8000-0000000000c1";

let connections: Connections;
let socket: Socket;
let members: Members;

beforeEach(() => {
  vi.useFakeTimers();
  connections = new Connections();
  socket = new Socket("ws://there/ws", { connect: connections.connect });
  socket.start({ ready: () => undefined, lost: () => undefined, frames: () => undefined });
  connections.last.ready();
  members = new Members(socket, OPS);
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

async function told(total: number, ...uuids: string[]): Promise<void> {
  const users = uuids.map((uuid) => user(uuid));
  const page = { recipientUUID: OPS, total, received: users.length, users };
  connections.last.answer({ type: "channelMembers", channelMembers: page });
  await vi.advanceTimersByTimeAsync(0);
}

const names = () => members.list.value.map(({ Username }) => Username);

test("come page by page, each once", async () => {
  void members.find("");
  await told(3, ME, BOB);
  void members.more();
  expect(connections.last.requests("channelMembers").at(-1)?.channelMembers.offset).toBe(2);
  await told(3, BOB, CAT);
  expect(names()).toEqual(["Ada", "Bob", "Cat"]);
});

test("are those of the last search, whichever answer comes last", async () => {
  void members.find("b");
  void members.find("c");
  const [, second] = connections.last.requests("channelMembers");
  expect(second?.channelMembers.query).toBe("c");
  await told(1, CAT);
  expect(names()).toEqual(["Cat"]);
  const first = connections.last.requests("channelMembers")[0];
  const page = { recipientUUID: OPS, total: 1, received: 1, users: [user(BOB)] };
  connections.last.say({ type: "channelMembers", channelMembers: page, id: first?.id ?? 0 });
  await vi.advanceTimersByTimeAsync(0);
  expect(names()).toEqual(["Cat"]);
});

test("follow the news of their channel, and of no other", async () => {
  void members.find("");
  await told(2, ME, BOB);
  const news = { recipientUUID: OPS, usersTotal: 2 };
  members.take({ ...news, added: [{ ...user(CAT) }], removed: [user(BOB)] });
  expect(names()).toEqual(["Ada", "Cat"]);
  members.take({ ...news, added: [{ ...user(CAT), Owner: true }], removed: [] });
  expect(members.list.value.at(-1)?.Owner).toBe(true);
  members.take({ ...news, recipientUUID: "other", added: [], removed: [user(CAT)] });
  expect(names()).toEqual(["Ada", "Cat"]);
});
