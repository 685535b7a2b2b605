/**
 * Repeats what it is told: in private everything, in General what begins with "!echo ".
 * Run it: npm run build && node dist/examples/echo_bot.js ws://localhost:5000/ws echo-ts secret
 */
import { Chat } from "@chinwag/client";
import { WebSocket } from "ws";

const [url = "ws://localhost:5000/ws", username = "echo-ts", password = "secret"] =
  process.argv.slice(2);
const chat = new Chat(url, { WebSocket });

chat.onMessage = (message) => {
  if (message.SenderUUID === chat.me) return;
  const text = message.Message.replace(/^!echo /, "");
  if (message.RecipientUUID === "" && text === message.Message) return;
  chat.reply(message, text).catch((refused) => console.error(refused.message));
};
chat.onSignedOut = (reason) => console.error("signed out:", reason);

await chat.signIn({ username, password });
console.log("ready");
