/** Messages as the server would send them, of three people. */
import type { Message, User } from "../protocol.gen.ts";

export const ME = "00000000-0000-4000-8000-00000000000a";
export const BOB = "00000000-0000-4000-8000-00000000000b";
export const CAT = "00000000-0000-4000-8000-00000000000c";

const NAMES: Record<string, string> = { [ME]: "Ada", [BOB]: "Bob", [CAT]: "Cat" };
const START = Date.parse("2026-03-02T10:00:00Z");

export function user(uuid: string): User {
  return { UUID: uuid, Username: NAMES[uuid] ?? "Somebody" };
}

export function message(seq: number, more: Partial<Message> = {}): Message {
  const sender = more.SenderUUID ?? BOB;
  const recipient = more.RecipientUUID ?? "";
  return {
    UUID: `message-${recipient}-${seq}`,
    SenderUUID: sender,
    Sender: user(sender),
    RecipientUUID: recipient,
    ...(recipient !== "" && { Recipient: user(recipient) }),
    Message: `message ${seq}`,
    CreatedAt: new Date(START + seq * 1000).toISOString(),
    Seq: seq,
    ...more,
  };
}

/** The `seq`-th message of a group or a named channel. */
export function shared(channel: string, seq: number, more: Partial<Message> = {}): Message {
  const { Recipient: _, ...rest } = message(seq, { ...more, RecipientUUID: channel });
  return rest;
}

/** Those from `from` up to `to`, oldest first. */
export function messages(from: number, to: number, more: Partial<Message> = {}): Message[] {
  return Array.from({ length: to - from + 1 }, (_, n) => message(from + n, more));
}
