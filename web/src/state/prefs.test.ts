/** Preferences show at once, and go back where the server refuses them. */
import { Refusal, type RequestBody } from "@chinwag/client";
import { beforeEach, expect, test } from "vitest";
import { Channels } from "./channels";
import { changePrefs } from "./prefs";

let channels: Channels;
let sent: RequestBody[];
beforeEach(() => {
  channels = new Channels();
  sent = [];
  channels.takePrefs({ recipientUUID: "", level: "mentions", section: "work" });
});

function socket(answer: () => Promise<never>): Parameters<typeof changePrefs>[0] {
  return {
    request: (body: RequestBody) => {
      sent.push(body);
      return answer();
    },
  } as Parameters<typeof changePrefs>[0];
}

test("show before the server has answered, and only what changes is sent", () => {
  void changePrefs(
    socket(() => new Promise(() => undefined)),
    channels,
    "",
    { pinned: true, section: "" },
  );
  expect(channels.get("").prefs).toMatchObject({ level: "mentions", pinned: true });
  expect(channels.get("").prefs?.section).toBeUndefined();
  const channelPrefs = { recipientUUID: "", pinned: true, section: "" };
  expect(sent).toEqual([{ type: "channelPrefs", channelPrefs }]);
});

test("go back to what they were when they are refused", async () => {
  const refused = socket(() => Promise.reject(new Refusal(12, "channelPrefs", "no")));
  await expect(changePrefs(refused, channels, "", { level: "all" })).rejects.toThrow("no");
  expect(channels.get("").prefs).toMatchObject({ level: "mentions", section: "work" });
});
