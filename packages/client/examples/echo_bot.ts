/**
 * Repeats messages: in private all, elsewhere those that begin with "!echo ". It marks these commands with ✅ when it has
 * answered. With a file it misses none between two runs: npm run build && node dist/examples/echo_bot.js http://localhost:5000 echo-ts secret echo-ts.json
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Chat } from "@chinwag/client";
import { WebSocket } from "ws";

const [address = "http://localhost:5000", username = "echo-ts", password = "secret", file] =
  process.argv.slice(2);
const saved = file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
const chat = new Chat(address, { WebSocket, positions: saved });

chat.onMessage = async (message) => {
  if (message.SenderUUID === chat.me || message.DeletedAt) return;
  const text = message.Message.replace(/^!echo /, "");
  if (message.Recipient === undefined && text === message.Message) return;
  // With this clientUUID a second answer to the same message is not stored.
  await chat.reply(message, text, `echo ${message.UUID}`);
  // A reaction that is there stays. One that isn't made, as without a connection, goes to `onError`.
  if (text !== message.Message) await chat.react(message, "✅");
};
chat.onPositions = (positions) => {
  if (file === undefined) return;
  // Replaced as a whole, so that it is never half written.
  writeFileSync(`${file}.new`, JSON.stringify(positions));
  renameSync(`${file}.new`, file);
};
chat.onError = (error) => console.error(error);
chat.onSignedOut = (reason) => console.error(reason.message);

await chat.signIn({ username, password });
console.log("ready");
