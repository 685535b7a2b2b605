/** Each channel's last message and unread count, from the inbox and from what comes after it. */

import { BOB, CAT, ME, message, user } from "@chinwag/client/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { channelOf, fromInbox, GENERAL, unreadOf, withMessage, withRead } from "./channel";
import { Channels } from "./channels";

let channels: Channels;
beforeEach(() => {
  channels = new Channels();
});

function ids(): string[] {
  return channels.sorted.value.map(({ id }) => id);
}

describe("a channel", () => {
  test("is General's or the other user's", () => {
    expect(channelOf(message(1), ME)).toBe(GENERAL);
    expect(channelOf(message(1, { SenderUUID: BOB, RecipientUUID: ME }), ME)).toBe(BOB);
    expect(channelOf(message(1, { SenderUUID: ME, RecipientUUID: BOB }), ME)).toBe(BOB);
    expect(channelOf(message(1, { SenderUUID: ME, RecipientUUID: ME }), ME)).toBe(ME);
  });

  test("counts from the inbox, and is read when the user wrote last", () => {
    const entry = { recipientUUID: BOB, Recipient: user(BOB), total: 9, unread: 4 };
    expect(unreadOf(fromInbox({ ...entry, lastMessage: message(9) }, ME))).toBe(4);
    const mine = message(9, { SenderUUID: ME, RecipientUUID: BOB });
    expect(unreadOf(fromInbox({ ...entry, lastMessage: mine }, ME))).toBe(0);
  });

  test("takes each message once", () => {
    const before = { id: GENERAL, total: 5, read: 5 };
    const after = withMessage(before, message(6), ME);
    expect(after).toMatchObject({ total: 6, read: 5, last: { text: "message 6", sender: BOB } });
    expect(withMessage(after, message(6), ME)).toBe(after);
    expect(withMessage(after, message(2), ME)).toBe(after);
  });

  test("is read up to what the user writes", () => {
    const before = { id: GENERAL, total: 5, read: 2 };
    expect(unreadOf(withMessage(before, message(6, { SenderUUID: ME }), ME))).toBe(0);
  });

  test("is never unread again by an older read mark", () => {
    const channel = { id: GENERAL, total: 5, read: 4 };
    expect(withRead(channel, 2)).toBe(channel);
    expect(withRead(channel, 5).read).toBe(5);
  });

  test("keeps only as much of a long message as the list shows", () => {
    const long = message(1, { Message: "x".repeat(4000) });
    expect(withMessage({ id: GENERAL, total: 0, read: 0 }, long, ME).last?.text.length).toBe(160);
  });
});

describe("the list", () => {
  test("has General first and then the newest talk", () => {
    channels.takeMessage(message(1, { SenderUUID: BOB, RecipientUUID: ME }), ME);
    channels.takeMessage(message(9, { SenderUUID: CAT, RecipientUUID: ME }), ME);
    channels.takeInbox([{ recipientUUID: "", total: 0, unread: 0 }], ME);
    expect(ids()).toEqual([GENERAL]);
    channels.takeMessage(message(1, { SenderUUID: BOB, RecipientUUID: ME }), ME);
    channels.takeMessage(message(9, { SenderUUID: CAT, RecipientUUID: ME }), ME);
    expect(ids()).toEqual([GENERAL, CAT, BOB]);
    channels.takeMessage(message(30, { SenderUUID: ME, RecipientUUID: BOB }), ME);
    expect(ids()).toEqual([GENERAL, BOB, CAT]);
  });

  test("counts private messages over all, and of General only says that there are new ones", () => {
    channels.takeMessage(message(1), ME);
    channels.takeMessage(message(2, { SenderUUID: BOB, RecipientUUID: ME }), ME);
    expect(channels.counted.value).toBe(2);
    channels.takeRead(BOB, 2);
    expect(channels.counted.value).toBe(0);
    expect(channels.hasNews.value).toBe(true);
    channels.takeRead(GENERAL, 1);
    expect(channels.hasNews.value).toBe(false);
  });

  test("changes once for what is taken together", () => {
    let changes = -1;
    const stop = channels.sorted.subscribe(() => {
      changes++;
    });
    channels.together(() => {
      for (let seq = 1; seq <= 50; seq++) channels.takeMessage(message(seq), ME);
      expect(channels.get(GENERAL).total).toBe(50);
    });
    expect(changes).toBe(1);
    stop();
  });

  test("leaves read marks of channels that it doesn't have", () => {
    channels.takeRead(BOB, 4);
    expect(ids()).toEqual([]);
  });
});
