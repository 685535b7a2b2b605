/** The clients of 0.1.0 stay connected through everything that 0.2 sends, and notice nothing. */
import { GENERAL } from "@chinwag/client";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { launch } from "../browser";
import { Server, STORES } from "../server";
import type { ReleasedClient, View } from "./client";
import { type Cast, DELETED, EVERYTHING } from "./everything";
import { ReleasedPage } from "./page";
import { ReleasedProgram } from "./program";
import { build, found, PAGE, RUST_CLIENT, TYPESCRIPT_CLIENT } from "./sources";
import { Speaker } from "./speaker";

type SignIn = (address: string, name: string) => Promise<ReleasedClient>;

/** By the first word of the names of their users. */
const CLIENTS: Readonly<Record<string, SignIn>> = {
  Page: (address, name) => ReleasedPage.signIn(address, name, browser),
  TypeScript: (address, name) => ReleasedProgram.signIn(TYPESCRIPT_CLIENT, address, name),
  Rust: (address, name) => ReleasedProgram.signIn(RUST_CLIENT, address, name),
};

const isFound = found();
if (!isFound)
  console.error("NOT CHECKED: the clients of 0.1.0, since git can't get their commit here");

let browser: Browser;
beforeAll(async () => {
  if (!isFound) return;
  build();
  browser = await launch();
}, 600_000);
afterAll(() => browser?.close());

async function signIn(address: string, name: string): Promise<ReleasedClient> {
  const client = await CLIENTS[name.split(" ")[0] ?? ""]?.(address, name);
  if (client === undefined) throw new Error(`there is no client for ${name}`);
  onTestFinished(() => client.close());
  return client;
}

interface Company extends Cast {
  readonly address: string;
  readonly ada: Speaker;
  /** Two with each client: a member of channels by a second device, and a bystander. */
  readonly clients: readonly ReleasedClient[];
  /** By name. */
  readonly uuids: ReadonlyMap<string, string>;
}

async function gather(address: string): Promise<Company> {
  const speaker = async (name: string) => {
    const chat = await Speaker.signIn(address, name);
    onTestFinished(() => chat.close());
    return chat;
  };
  const clients: ReleasedClient[] = [];
  const members: Speaker[] = [];
  for (const kind of Object.keys(CLIENTS)) {
    for (const role of ["member", "bystander"])
      clients.push(await signIn(address, `${kind} ${role}`));
    members.push(await speaker(`${kind} member`));
  }
  const [ada, bob, guest] = [await speaker("Ada"), await speaker("Bob"), new Speaker(address)];
  onTestFinished(() => guest.close());
  const { users } = await ada.users();
  const uuids = new Map(users.map(({ Username, UUID }) => [Username, UUID]));
  const channels = { ops: "", secret: "", lobby: "", group: "" };
  return { address, ada, bob, guest, members, channels, clients, uuids };
}

/** Ada and the client speak in General, where all listen, and in their direct channel. */
async function talk(company: Company, client: ReleasedClient, about: string): Promise<void> {
  const { ada, clients, uuids } = company;
  const uuid = uuids.get(client.name) ?? "";
  const [question, answer] = [`Ada on ${about}`, `${client.name} on ${about}`];
  const allHear = (text: string) =>
    Promise.all(clients.map((listener) => listener.hears(GENERAL, text)));
  await ada.send(GENERAL, question);
  await allHear(question);
  await client.say(GENERAL, answer);
  await allHear(answer);
  await ada.hears(uuid, GENERAL, answer);
  await ada.send(uuid, question);
  await client.hears(ada.me, question);
  await client.say(ada.me, answer);
  await ada.hears(uuid, ada.me, answer);
}

async function doEverything(company: Company): Promise<void> {
  const { clients } = company;
  for (const client of clients) await talk(company, client, "the beginning");
  for (const [turn, [request, send]] of Object.entries(EVERYTHING).entries()) {
    await send(company);
    await talk(company, clients[turn % clients.length] as ReleasedClient, request);
  }
  for (const client of clients) await talk(company, client, "the end");
}

/** Messages that stay unread. */
async function leaveUnread({ ada, bob, clients, uuids }: Company): Promise<void> {
  for (const client of clients) {
    const uuid = uuids.get(client.name) ?? "";
    await bob.send(uuid, "one");
    for (const text of ["one", "two"]) await ada.send(uuid, text);
    await client.hears(bob.me, "one");
    await client.hears(ada.me, "two");
  }
}

/** The client shows what one shows that signs in now, and heard of no channel. */
async function compare(company: Company, client: ReleasedClient): Promise<void> {
  const { address, ada, bob, clients, channels } = company;
  const view = await client.view();
  // Since the client's own last message there each later one has spoken with Ada.
  const unread = client.isAtGeneral ? 0 : 2 * (clients.length - 1 - clients.indexOf(client));
  expect(view.list.slice(0, 3)).toMatchObject([
    { channel: GENERAL, unread },
    { channel: ada.me, unread: 2, last: "two" },
    { channel: bob.me, unread: 1, last: "one" },
  ]);
  const expected = JSON.parse(JSON.stringify(view).replaceAll(DELETED, "")) as View;
  const fresh = await signIn(address, client.name);
  await Promise.race([
    expect.poll(() => fresh.read(), { timeout: 30_000 }).toEqual(expected),
    fresh.failed,
  ]);
  const hidden = new RegExp(Object.values(channels).join("|"));
  for (const { heard } of [client, fresh])
    expect(heard.filter((frame) => hidden.test(frame))).toEqual([]);
}

test.skipIf(!isFound).each(STORES)("on the %s store", async (store) => {
  const server = await Server.start(store, { CLIENT_LOCATION: PAGE });
  onTestFinished(() => server.stop());
  const company = await gather(server.address);
  const { clients } = company;
  const everything = async () => {
    await doEverything(company);
    await leaveUnread(company);
    for (const client of clients) await compare(company, client);
  };
  await Promise.race([everything(), ...clients.map(({ failed }) => failed)]);
});
