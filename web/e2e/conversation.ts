/** A day in a small team, to fill the pictures with: who said what to whom, and when. */

import type { Message } from "@chinwag/client";
import type { BrowserContext } from "playwright-core";
import { Talker } from "./talker";

/** The moment at which the pictures are taken, on the page's own clock. */
export const NOW = new Date("2026-05-12T10:42:00Z");
/** Whose page is shown. */
export const ME = "Nora Lindqvist";

interface Said {
  readonly by: string;
  /** A person, or nobody for General. */
  readonly to?: string;
  readonly at: string;
  readonly text: string;
}

const ONLINE = ["Priya Nair", "Tomás Rivera", "Sam Okafor", "Yuki Tanaka"];
const AWAY = ["Mira Castellanos", "Jonas Weber", "Olga Petrova", "عمر حداد", "Lena Vogt"];

const TALK: readonly Said[] = [
  { by: "Lena Vogt", to: ME, at: "2026-05-07T15:20Z", text: "Thanks, that was the missing piece!" },
  { by: ME, to: "Lena Vogt", at: "2026-05-07T15:24Z", text: "Any time!" },
  { by: ME, to: "Olga Petrova", at: "2026-05-08T09:05Z", text: "The contract is signed 🎉" },
  { by: "Jonas Weber", to: ME, at: "2026-05-10T18:31Z", text: "See you at the climbing hall?" },
  { by: ME, to: "Jonas Weber", at: "2026-05-10T18:40Z", text: "Half past seven 🧗" },
  {
    by: "Mira Castellanos",
    at: "2026-05-11T16:48Z",
    text: "The new kiosk is live in the harbour station. First ticket sold at 16:02.",
  },
  { by: "Sam Okafor", at: "2026-05-11T16:50Z", text: "Congratulations! 👏" },
  { by: "Yuki Tanaka", at: "2026-05-11T16:51Z", text: "🎉🎉🎉" },
  {
    by: "عمر حداد",
    to: ME,
    at: "2026-05-11T20:14Z",
    text: "شكراً جزيلاً، أراك غداً في المكتب",
  },
  {
    by: "Priya Nair",
    at: "2026-05-12T10:21Z",
    text: "Morning all. The import was slow again last night: **41 minutes** for 2 million rows.",
  },
  {
    by: "Priya Nair",
    at: "2026-05-12T10:22Z",
    text: "I suspect we commit after every row. Does anybody remember why?",
  },
  {
    by: ME,
    at: "2026-05-12T10:26Z",
    text: "That was me, while chasing the lost-update bug in March. It isn't needed any more.",
  },
  {
    by: ME,
    at: "2026-05-12T10:27Z",
    text: "Something like this should do:\n```rust\nfor chunk in rows.chunks(1_000) {\n    let tx = db.begin()?;\n    insert_all(&tx, chunk)?;\n    tx.commit()?;\n}\n```",
  },
  { by: "Tomás Rivera", at: "2026-05-12T10:31Z", text: "Trying it on staging…" },
  {
    by: "Tomás Rivera",
    at: "2026-05-12T10:36Z",
    text: "**52 seconds.** The numbers are at https://staging.example.org/import/2026-05-12",
  },
  { by: "Sam Okafor", at: "2026-05-12T10:37Z", text: "🚀" },
  { by: "Priya Nair", at: "2026-05-12T10:38Z", text: "Nora, you are my hero. Shipping it today?" },
  {
    by: ME,
    at: "2026-05-12T10:40Z",
    text: "After lunch, with `--dry-run` first. I'll write it up for the release notes.",
  },
  {
    by: "Sam Okafor",
    to: ME,
    at: "2026-05-12T10:12Z",
    text: "Did you see the draft of the talk?",
  },
  {
    by: "Sam Okafor",
    to: ME,
    at: "2026-05-12T10:13Z",
    text: "Ten minutes, no slides. I could use a second pair of eyes 👀",
  },
  { by: "Yuki Tanaka", to: ME, at: "2026-05-12T09:47Z", text: "Coffee at eleven? ☕" },
];

/** Says all of it, and leaves those online who are; `end` takes them away. */
export async function hold(address: string): Promise<{ talkers: Map<string, Talker> }> {
  const talkers = new Map<string, Talker>();
  for (const name of [ME, ...AWAY, ...ONLINE]) {
    talkers.set(name, await Talker.signIn(address, name));
  }
  for (const { by, to, text } of TALK) {
    await talkers.get(by)?.say(text, to === undefined ? "" : talkers.get(to)?.uuid);
  }
  for (const name of [ME, ...AWAY]) {
    await talkers.get(name)?.leave();
    talkers.delete(name);
  }
  return { talkers };
}

/** The server dates what is said; the page is to see the dates of the story instead. */
export async function tellDates(context: BrowserContext): Promise<void> {
  const dates = new Map(TALK.map(({ text, at }) => [text, at]));
  await context.clock.setFixedTime(NOW);
  await context.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    server.onMessage((data) => {
      const frame = JSON.parse(String(data), (_, value) => dated(value, dates)) as unknown;
      route.send(JSON.stringify(frame));
    });
  });
}

function dated(value: unknown, dates: ReadonlyMap<string, string>): unknown {
  if (typeof value !== "object" || value === null || !("CreatedAt" in value)) return value;
  const message = value as Message;
  return { ...message, CreatedAt: dates.get(message.Message) ?? message.CreatedAt };
}
