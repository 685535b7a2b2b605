/** The values of filters, as they are completed, and filters that are typed whole. */
import { type Channel as Details, Socket } from "@chinwag/client";
import { BOB, Connections, ME } from "@chinwag/client/testing";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GENERAL } from "../state/channel";
import { Client } from "../state/client";
import { SESSION_KEY } from "../state/session";
import { memoryStore } from "../testing/memory-store";
import { NOTHING, typedFilter } from "../text/terms";
import { filterOf, readable, settled, valuesOf } from "./search-filters";

let client: Client;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-05-12T10:42:00Z") });
  const browser = memoryStore();
  browser.write(SESSION_KEY, { accessKey: "key", userUUID: ME, username: "Ada" });
  const { connect } = new Connections();
  const socket = new Socket("ws://there/ws", { connect, holder: (link) => signal(link) });
  client = new Client(socket, { browser, page: memoryStore() }, signal(GENERAL));
  client.people.learn({ UUID: BOB, Username: "Sam Okafor", OnLine: true });
  const details = { Member: true, usersTotal: 3 } as Details;
  client.channels.takeDetails({ ...details, UUID: "team", Name: "samba" });
  const Users = ["Sam Okafor", "Zoe"].map((Username) => ({
    UUID: Username,
    Username,
    OnLine: true,
  }));
  client.channels.takeDetails({ ...details, UUID: "group", Name: "", Users });
});
afterEach(() => vi.useRealTimers());

function completed(text: string): string[] {
  const typed = typedFilter(text);
  const values = typed ? valuesOf(client, typed) : [];
  return values.map(({ filter }) => `${filter.name}:${filter.value}`);
}

test("people, oneself among them", () => {
  expect(completed("from:")).toEqual(["from:Ada", "from:Sam Okafor"]);
  expect(completed("from:@oka")).toEqual(["from:Sam Okafor"]);
  expect(completed("from:zoe")).toEqual([]);
});

test("channels and people, and groups by their UUID", () => {
  const all = ["in:General", "in:Ada", "in:samba", "in:Sam Okafor", "in:group"];
  expect(completed("in:").sort()).toEqual(all.sort());
  expect(completed("in:sam").sort()).toEqual(["in:Sam Okafor", "in:group", "in:samba"]);
  expect(completed("in:zoe")).toEqual(["in:group"]);
  expect(readable(client, { name: "in", value: "group" })).toEqual({
    name: "in",
    value: "Sam Okafor, Zoe",
  });
  const filters = [GENERAL, ME, "team", BOB, "group"].map((id) => filterOf(client, id).value);
  expect(filters).toEqual(["General", "Ada", "samba", "Sam Okafor", "group"]);
});

test("days, by their names and as they are written", () => {
  expect(completed("before:to")).toEqual(["before:2026-05-12"]);
  expect(completed("on:2026-05-1")).toEqual(["on:2026-05-12", "on:2026-05-11"]);
  expect(completed("after:2024-02-29")).toEqual(["after:2024-02-29"]);
  expect(completed("after:2024-02-31")).toEqual([]);
});

test("kinds of content", () => {
  expect(completed("has:")).toEqual(["has:link", "has:file", "has:image"]);
  expect(completed("has:LI")).toEqual(["has:link"]);
});

test("a filter that is typed whole becomes one of its own", () => {
  const of = (text: string) => settled(client, { ...NOTHING, text });
  const link = { name: "has", value: "link" };
  expect(of("deploy has:link ")).toEqual({ text: "deploy ", filters: [link] });
  expect(of("deploy has:link")).toEqual({ text: "deploy has:link", filters: [] });
  const sam = { name: "from", value: "Sam Okafor" };
  expect(of('from:"sam okafor" ')).toEqual({ text: "", filters: [sam] });
  expect(of("from:sam ")).toEqual({ text: "from:sam ", filters: [] });
  expect(of("in:#samba ").filters).toEqual([{ name: "in", value: "samba" }]);
});
