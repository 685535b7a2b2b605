/** What each runtime does with the package: signs up, gets its own message, and reads on after a second sign-in. */
import { Chat } from "@chinwag/client";

export async function talk(address, username, options = {}) {
  const first = new Chat(address, options);
  await first.signUp({ username, password: "a secret" });
  const heard = new Promise((resolve) => {
    first.onMessage = resolve;
  });
  const stored = await first.send(first.me, "Hello");
  if ((await heard).UUID !== stored.UUID) throw new Error("heard another message");
  const { accessKey, positions } = first;
  await first.send(first.me, "while nobody listened");
  first.close();
  const second = new Chat(address, { ...options, positions });
  const missed = new Promise((resolve) => {
    second.onMessage = resolve;
  });
  await second.signIn({ accessKey });
  const { Message } = await missed;
  const refused = await second.send(second.me, "x".repeat(100_000)).catch((error) => error);
  second.close();
  const nowhere = new Chat("http://127.0.0.1:1", options);
  const failed = await nowhere.signIn({ accessKey }).catch((error) => error);
  return `${Message}, ${refused.name} ${refused.code}, ${failed.name}`;
}

export const EXPECTED = "while nobody listened, Refusal 23, Unreachable";
