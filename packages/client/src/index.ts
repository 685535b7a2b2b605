/** A client for Chinwag: `Chat` for bots and programs, and the parts that it is made of for pages. */

export { socketUrl } from "./address.ts";
export { type ChannelId, type ChannelKind, channelOf, GENERAL, kindOf } from "./channel.ts";
export { Chat, type ChatLink, type ChatOptions } from "./chat.ts";
export {
  Closed,
  Disconnected,
  FileRefused,
  Refusal,
  SignedOut,
  Unreachable,
  WrongAddress,
} from "./errors.ts";
export { catchUp, InOrder } from "./in-order.ts";
export { Messages } from "./messages.ts";
export type { News } from "./news.ts";
export type { Positions } from "./positions.ts";
export * from "./protocol.gen.ts";
export type { At } from "./requests.ts";
export { isTemporary, retryAfter, Sender, type SendQueue } from "./sender.ts";
export {
  type Link,
  type Reply,
  Socket,
  type SocketListener,
  type SocketOptions,
  type WebSocketLike,
} from "./socket.ts";
export { type FilePlace, refusedBy, type Uploading, type UploadOptions, upload } from "./upload.ts";
export { newUuid } from "./uuid.ts";
