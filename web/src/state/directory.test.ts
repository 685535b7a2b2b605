/** The list of all users: searched, paged, and as admins change it. */
import type { Outgoing, RequestBody, Socket, User } from "@chinwag/client";
import { BOB, CAT, ME, user } from "@chinwag/client/testing";
import { signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import { block, loadBlocked } from "./blocks";
import { findBots } from "./bots";
import type { Client } from "./client";
import { Directory } from "./directory";

let asked: RequestBody[];
let answers: ((body: RequestBody) => Outgoing)[];
let learnt: string[];
let socket: Pick<Socket, "request">;

beforeEach(() => {
  asked = [];
  answers = [];
  learnt = [];
  const request = async (body: RequestBody) => {
    asked.push(body);
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`failed to expect ${body.type}`);
    return answer(body);
  };
  socket = { request: request as unknown as Socket["request"] };
});

function page(total: number, ...users: User[]): () => Outgoing {
  return () => ({ type: "users", users: { total, received: users.length, users } });
}

function directory(): Directory {
  return new Directory(socket, (users) => learnt.push(...users.map(({ Username }) => Username)));
}

const names = ({ list }: Directory) => list.value.map(({ Username }) => Username);

test("is searched and read page by page, each user once", async () => {
  const people = directory();
  answers = [page(3, user(ME), user(BOB)), page(3, user(BOB), user(CAT))];
  await people.find("");
  expect(people.total.value).toBe(3);
  await people.more();
  expect(names(people)).toEqual(["Ada", "Bob", "Cat"]);
  expect(asked.map((body) => (body.type === "users" ? body.users?.offset : undefined))).toEqual([
    0, 2,
  ]);
  expect(learnt).toEqual(["Ada", "Bob", "Bob", "Cat"]);
});

test("leaves the answer to an earlier search", async () => {
  const people = directory();
  answers = [page(1, user(BOB)), page(1, user(CAT))];
  await Promise.all([people.find("b"), people.find("c")]);
  expect(names(people)).toEqual(["Cat"]);
});

test("shows what an admin changed", async () => {
  const people = directory();
  answers = [
    page(2, user(ME), user(BOB)),
    () => ({ type: "userEdit", userEdit: { ...user(BOB), Deactivated: true } }),
  ];
  await people.find("");
  await people.edit({ userUUID: BOB, deactivated: true });
  expect(asked.at(-1)).toEqual({
    type: "userEdit",
    userEdit: { userUUID: BOB, deactivated: true },
  });
  expect(people.list.value.map(({ Deactivated }) => Deactivated)).toEqual([undefined, true]);
});

test("has bots on every page, without those that have ended and those of hooks", async () => {
  const bot = { ...user(CAT), Bot: true };
  answers = [
    page(5, user(ME), bot),
    page(
      5,
      user(BOB),
      { ...bot, UUID: "of a hook", Hook: true },
      { ...bot, UUID: "an ended one", Deactivated: true },
    ),
  ];
  expect((await findBots(socket)).map(({ UUID }) => UUID)).toEqual([CAT]);
});

test("those whom the user has blocked are known, and change with the reply", async () => {
  const client = { socket, blocked: signal<ReadonlyMap<string, string>>(new Map()) } as Client;
  answers = [
    () => ({ type: "block", block: { users: [user(BOB)] } }),
    () => ({ type: "block", block: { users: [] } }),
  ];
  await loadBlocked(client);
  expect([...client.blocked.value.keys()]).toEqual([BOB]);
  await block(client, BOB, false);
  expect(asked.at(-1)).toEqual({ type: "block", block: { userUUID: BOB, on: false } });
  expect(client.blocked.value.size).toBe(0);
});
