/** A client for Chinwag: `Chat` for bots and programs, and the parts that it is made of for pages. */

export { type ChannelId, channelOf, GENERAL } from "./channel.ts";
export { Chat, type ChatOptions } from "./chat.ts";
export { catchUp, InOrder } from "./in-order.ts";
export * from "./protocol.gen.ts";
export { isTemporary, retryAfter, Sender, type SendQueue } from "./sender.ts";
export {
  Disconnected,
  type Link,
  Refusal,
  Socket,
  type SocketListener,
  type SocketOptions,
  type WebSocketLike,
} from "./socket.ts";
export { newUuid } from "./uuid.ts";
