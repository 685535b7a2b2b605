/** A day in a small team, to fill the pictures with: who said what to whom, and when. */

import type { Message, PrefsChange } from "@chinwag/client";
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
  {
    by: "Priya Nair",
    at: "2026-05-12T10:38Z",
    text: "@Nora Lindqvist, you are my hero. Shipping it today?",
  },
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

interface Made {
  readonly name?: string;
  readonly topic?: string;
  readonly private?: boolean;
  readonly by: string;
  readonly with: readonly string[];
  readonly says?: readonly (readonly [by: string, text: string])[];
  readonly archived?: boolean;
  /** What the reader prefers. */
  readonly prefs?: Omit<PrefsChange, "recipientUUID">;
}

/** A channel without a name is a group. */
const CHANNELS: readonly Made[] = [
  {
    ...{ name: "release", topic: "Ships on Thursday. Blockers only, please.", by: ME },
    with: ["Sam Okafor", "Tomás Rivera", "Priya Nair", "Jonas Weber"],
    prefs: { pinned: true },
    says: [
      ["Tomás Rivera", "Two things left before the tag: the import and the notes for operators."],
      [ME, "The import is on staging. I take the notes."],
      ["Sam Okafor", "Then we freeze on Wednesday at noon?"],
      ["Tomás Rivera", "Wednesday noon is fine. @Nora Lindqvist, do you tell the operators?"],
    ],
  },
  {
    ...{ name: "ops", topic: "What is on fire", by: "Sam Okafor", with: [ME, "Yuki Tanaka"] },
    prefs: { section: "Work" },
    says: [["Yuki Tanaka", "The second kiosk is back online."]],
  },
  {
    ...{ name: "salaries", private: true, by: "Mira Castellanos", with: [ME] },
    prefs: { section: "Work" },
  },
  {
    ...{ name: "builds", topic: "Told by the build", by: "Tomás Rivera", with: [ME] },
    prefs: { level: "none" },
    says: [["Tomás Rivera", "main is green again"]],
  },
  { by: ME, with: ["Lena Vogt", "Jonas Weber", "Olga Petrova"], says: [["Lena Vogt", "Pizza?"]] },
  {
    ...{ name: "travel", topic: "Trains, tents and tickets", by: "Olga Petrova" },
    with: ["Lena Vogt", "Yuki Tanaka"],
    says: [
      ["Olga Petrova", "The night train to the sea runs again from June on."],
      ["Lena Vogt", "Booked. Who comes along?"],
    ],
  },
  { name: "kiosk-2025", by: "Olga Petrova", with: [ME], archived: true },
];

async function make(made: Made, talkers: ReadonlyMap<string, Talker>): Promise<void> {
  const by = talkers.get(made.by);
  const uuids = made.with.map((name) => talkers.get(name)?.uuid ?? "");
  const { name, topic, private: isPrivate } = made;
  const channelCreate = {
    ...{ users: uuids, ...(name && { name }), ...(topic && { topic }) },
    ...(isPrivate && { private: true }),
  };
  const reply = await by?.request({ type: "channelCreate", channelCreate });
  if (reply?.type !== "channelCreate") throw new Error(`failed to make ${JSON.stringify(reply)}`);
  const recipientUUID = reply.channelCreate.UUID;
  for (const [who, text] of made.says ?? []) await talkers.get(who)?.say(text, recipientUUID);
  if (made.archived)
    await by?.request({ type: "channelEdit", channelEdit: { recipientUUID, archived: true } });
  const channelPrefs = { recipientUUID, ...made.prefs };
  if (made.prefs) await talkers.get(ME)?.request({ type: "channelPrefs", channelPrefs });
}

/** Says all of it, and leaves those online who are; `end` takes them away. */
export async function hold(address: string): Promise<{ talkers: Map<string, Talker> }> {
  const talkers = new Map<string, Talker>();
  for (const name of [ME, ...AWAY, ...ONLINE]) {
    talkers.set(name, await Talker.signIn(address, name));
  }
  for (const { by, to, text } of TALK) {
    await talkers.get(by)?.say(text, to === undefined ? "" : talkers.get(to)?.uuid);
  }
  for (const made of CHANNELS) await make(made, talkers);
  for (const name of [ME, ...AWAY]) {
    await talkers.get(name)?.leave();
    talkers.delete(name);
  }
  return { talkers };
}

/** The server dates what is said; the page is to see the dates of the story instead. */
export async function tellDates(context: BrowserContext): Promise<void> {
  const dates = new Map(TALK.map(({ text, at }) => [text, at]));
  const inChannels = CHANNELS.flatMap(({ says }) => says ?? []);
  inChannels.forEach(([, text], n) => {
    dates.set(text, new Date(NOW.getTime() - (40 - n) * 60_000).toISOString());
  });
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
  if ("Topic" in value) return { ...value, CreatedAt: "2026-04-20T09:00:00Z" };
  const message = value as Message;
  // What is said while pictures are taken is said at their moment.
  return { ...message, CreatedAt: dates.get(message.Message) ?? NOW.toISOString() };
}
