/** Searches, as they are asked and answered. */
import { expect, test } from "vitest";
import { Conversation, message, settled } from "./testing/index.ts";

test("a search asks for the words, and for the page behind another one", async () => {
  const talk = new Conversation();
  const signedIn = talk.chat.signIn({ username: "Ada", password: "secret" });
  await talk.admit(0);
  await signedIn;
  const found = { messages: [message(7)], before: "place", more: true, ready: 1 };
  const first = talk.chat.search("deploy from:Ada");
  await settled();
  expect(talk.connections.last.sent.at(-1)).toMatchObject({ search: { query: "deploy from:Ada" } });
  talk.connections.last.answer({ type: "search", search: found });
  const { before } = await first;
  expect(before).toBe("place");
  void talk.chat.search("deploy from:Ada", { before, limit: 50 });
  await settled();
  const search = { query: "deploy from:Ada", before: "place", limit: 50 };
  expect(talk.connections.last.sent.at(-1)).toMatchObject({ type: "search", search });
});
