/** The TypeScript client of 0.1.0 for released.test.ts, with the lines that talk.rs reads and prints. */
import { createInterface } from "node:readline";
import { WebSocket } from "ws";

const [client, address, username] = process.argv.slice(2);
const { Chat } = await import(client);
const tell = (told) => console.log(JSON.stringify(told));

class Connection extends WebSocket {
  constructor(url) {
    super(url);
    this.on("message", (data) => tell({ frame: JSON.parse(data) }));
    this.on("close", (code, reason) => tell({ lost: `${code} ${reason}` }));
  }
}

const chat = new Chat(`${address.replace("http", "ws")}ws`, { WebSocket: Connection });
chat.onMessage = (message) => tell({ message });
await chat.signIn({ username, password: "a password" });
tell({ me: chat.me });
for await (const line of createInterface({ input: process.stdin })) {
  const space = line.indexOf(" ");
  if (space < 0) tell({ view: await view() });
  else tell({ sent: await chat.send(line.slice(0, space), line.slice(space + 1)) });
}

async function view() {
  const { inbox } = await chat.socket.request({ type: "inbox" });
  const messages = [];
  for (const { recipientUUID, total } of inbox.channels) {
    for (let after = 0; after < total; after = messages.at(-1).Seq) {
      const channelMessages = { recipientUUID, limit: 100, after };
      const page = await chat.socket.request({ type: "channelMessages", channelMessages });
      messages.push(...page.channelMessages.messages);
    }
  }
  return { inbox, messages };
}
