/** What stands beside a channel: the pinned messages, read page by page and kept as they change. */
import type { HistoryPage, Message, Socket } from "@chinwag/client";
import { message } from "@chinwag/client/testing";
import { expect, test } from "vitest";
import { lineOf } from "./line";
import { Listing } from "./listing";

const pinned = (seq: number): Message =>
  message(seq, { Rev: seq, PinnedAt: "2026-03-02T11:00:00Z" });

/** A server with these pinned messages, whose pages come to the listing as every frame does. */
function server(listing: Listing, ...stored: Message[]): Pick<Socket, "request"> {
  const request = async ({ channelMessages }: { channelMessages: HistoryPage }) => {
    const { after = 0 } = channelMessages;
    const found = stored.filter(({ Seq }) => Seq > after).slice(0, 1);
    listing.take(found.map((each) => lineOf(each)));
    return { channelMessages: { received: found.length, messages: found } };
  };
  return { request } as unknown as Pick<Socket, "request">;
}

const seqs = ({ lines }: Listing) => lines.value.map(({ seq }) => seq);

test("what was unpinned while nobody listened goes when it is read again", async () => {
  const listing = new Listing("");
  await listing.load(server(listing, pinned(2), pinned(5), pinned(7)));
  expect([seqs(listing), listing.loaded.value]).toEqual([[2, 5, 7], true]);
  const again = listing.load(server(listing, pinned(2), pinned(7)));
  listing.take([lineOf(pinned(9))]);
  await again;
  expect(seqs(listing)).toEqual([2, 7, 9]);
});

test("what is unpinned goes at once", () => {
  const listing = new Listing("");
  listing.take([pinned(2), pinned(5)].map((each) => lineOf(each)));
  listing.take([lineOf(message(2, { Rev: 9 }))]);
  expect(seqs(listing)).toEqual([5]);
});
