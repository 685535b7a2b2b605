/** One stretch of messages without hole or double, in any order of arrival. */

import { message, messages } from "@chinwag/client/testing";
import { describe, expect, test } from "vitest";
import { type Line, lineOf } from "./line";
import { Timeline } from "./timeline";

const line = (seq: number): Line => lineOf(message(seq));
const lines = (from: number, to: number): Line[] => messages(from, to).map((each) => lineOf(each));

function seqs(timeline: Timeline): number[] {
  return timeline.lines.map(({ seq }) => seq);
}

describe("a timeline", () => {
  test("puts a page in order, whichever way round it came", () => {
    const timeline = new Timeline();
    timeline.take(lines(1, 4).reverse());
    expect(seqs(timeline)).toEqual([1, 2, 3, 4]);
    expect([timeline.first, timeline.last]).toEqual([1, 4]);
  });

  test("takes every message once", () => {
    const timeline = new Timeline();
    timeline.take(lines(3, 5));
    timeline.take(lines(3, 6));
    timeline.take([line(4)]);
    expect(seqs(timeline)).toEqual([3, 4, 5, 6]);
  });

  test("quotes what a message says now, held or not", () => {
    const timeline = new Timeline();
    const answered = { seq: 2, root: 2, sender: "bob", excerpt: "said 2" };
    timeline.take([line(5), { ...line(6), answered }]);
    const quoted = () => timeline.get(6)?.answered?.excerpt;
    timeline.change([{ ...line(2), text: "edited", editedAt: 1 }]);
    expect(quoted()).toBe("edited");
    timeline.take(lines(1, 4));
    timeline.change([{ ...line(2), rev: 2, text: "", deleted: true }]);
    timeline.trim(2);
    expect(quoted()).toBeUndefined();
    expect(timeline.get(6)?.answered?.seq).toBe(2);
  });

  test("quotes so above a hole, too", () => {
    const timeline = new Timeline();
    const answered = { seq: 2, root: 2, sender: "bob", excerpt: "said 2" };
    timeline.take([line(5), { ...line(7), answered }]);
    timeline.change([{ ...line(2), text: "edited", editedAt: 1 }]);
    timeline.take([line(6)]);
    expect(timeline.get(7)?.answered?.excerpt).toBe("edited");
  });

  test.each([0, 4])(
    "keeps the state of a message that is still to come, after %d others",
    (held) => {
      const timeline = new Timeline();
      timeline.take(lines(1, held));
      timeline.change([{ ...line(held + 1), rev: 1, replies: 2 }]);
      expect(seqs(timeline)).toHaveLength(held);
      timeline.take([line(held + 1)]);
      expect(timeline.get(held + 1)?.replies).toBe(2);
    },
  );

  test("keeps what comes above a hole until the hole is filled", () => {
    const timeline = new Timeline();
    timeline.take(lines(1, 2));
    timeline.take([line(5), line(4)]);
    expect(seqs(timeline)).toEqual([1, 2]);
    expect(timeline.hasHole).toBe(true);
    timeline.take([line(3)]);
    expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5]);
    expect(timeline.hasHole).toBe(false);
  });

  test("joins older ones only where they touch", () => {
    const timeline = new Timeline();
    timeline.take(lines(10, 12));
    timeline.take(lines(2, 4));
    expect(seqs(timeline)).toEqual([10, 11, 12]);
    timeline.take(lines(7, 9));
    expect(seqs(timeline)).toEqual([7, 8, 9, 10, 11, 12]);
  });

  test("knows where it starts", () => {
    const timeline = new Timeline();
    expect(timeline.atStart).toBe(false);
    timeline.take([]);
    expect(timeline.atStart).toBe(true);
    timeline.reset();
    timeline.take(lines(2, 3));
    expect(timeline.atStart).toBe(false);
    timeline.take([line(1)]);
    expect(timeline.atStart).toBe(true);
  });

  test("gives memory back, and can be paged back again", () => {
    const timeline = new Timeline();
    timeline.take(lines(1, 500));
    timeline.trim(200);
    expect([timeline.first, timeline.lines.length]).toEqual([301, 200]);
    timeline.take(lines(201, 300));
    expect([timeline.first, timeline.lines.length]).toEqual([201, 300]);
  });

  test("bounds what waits above a hole", () => {
    const timeline = new Timeline();
    timeline.take([line(1)]);
    timeline.take(lines(3, 3000));
    timeline.take([line(2)]);
    expect(timeline.last).toBe(1002);
    expect(timeline.hasHole).toBe(false);
  });

  test("in any order of arrival is the same", () => {
    const order = [4, 1, 9, 7, 2, 8, 3, 6, 5, 10, 2, 7];
    const timeline = new Timeline();
    timeline.take([line(4)]);
    for (const seq of order) timeline.take([line(seq)]);
    // What is below the stretch joins only when it touches, so it is asked for again.
    timeline.take(lines(1, 3));
    expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
