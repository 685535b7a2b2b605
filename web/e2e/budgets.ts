/** `npm run budgets`: measures what the page costs, and prints it beside what it may cost. */
import { beforeAll, expect, test } from "vitest";
import { launchWhole } from "./browser";
import {
  enterToPainted,
  KB,
  longChannel,
  MB,
  type Place,
  shipped,
  tasksUnderLoad,
  usable,
} from "./costs";
import { LOAD } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

const FIRST = "the first message";
const VISITS = 11;
const TEXTS = 100;

const { server, browser } = await stage("embedded", LOAD, () =>
  launchWhole(["--enable-precise-memory-info"]),
);
let talker: Talker;
let place: Place;
beforeAll(async () => {
  talker = await Talker.signIn(server.address, "Talker");
  await talker.say(FIRST);
  place = { browser, address: server.address };
  console.log("| Measured | At most | Here |\n|---|---|---|");
});

function print(measured: string, most: string, here: string): void {
  console.log(`| ${measured} | ${most} | ${here} |`);
}

/** The median with the least and the greatest, in milliseconds. */
function spread(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const shown = [sorted[Math.floor(sorted.length / 2)], sorted[0], sorted.at(-1)];
  const [median, least, greatest] = shown.map((time) => Math.round(time ?? 0));
  return `${median} ms (${least} – ${greatest})`;
}

test("bytes", async () => {
  const { bytes, files } = await shipped(place, FIRST);
  const here = `${(bytes / KB).toFixed(1)} KB in ${files} files`;
  print("Script and style before the first message, gzip", "55 KB", here);
});

test.each([
  [false, "Sign-in usable on this machine", "400 ms"],
  [true, "Sign-in usable at 1.6 Mbit/s, 150 ms and a quarter of the processor", "2,000 ms"],
] as const)("waits: slow %s", async (slow, name, most) => {
  const times: number[] = [];
  for (let visit = 0; visit < VISITS; visit++) times.push(await usable(place, slow));
  print(name, most, spread(times));
});

test("a text", async () => {
  const times = await enterToPainted(place, TEXTS);
  print(`From Enter to painted, ${TEXTS} texts`, "median 50 ms, worst 100 ms", spread(times));
});

test("work", async () => {
  const [longest = 0, ...others] = await tasksUnderLoad(place, talker);
  const here = `${longest.toFixed(0)} ms of ${others.length + 1} tasks`;
  print("Longest task while 300 messages a second come for 10 s", "100 ms", here);
});

test("memory", async () => {
  const { before, after, rows } = await longChannel(place, talker, FIRST);
  expect(after).toBeLessThan(120 * MB);
  expect(rows).toBeLessThan(200);
  const here = `${(after / MB).toFixed(1)} MB (${(before / MB).toFixed(1)} before), ${rows} rows in the document`;
  print("Heap after 100,000 messages were scrolled through", "120 MB", here);
});
