/** A connection without a network and messages without a server, for the tests of clients. */
export * from "./connection.ts";
export * from "./conversation.ts";
export * from "./messages.ts";
