/** Order, holes and doubles. */
import { expect, test } from "vitest";
import { catchUp, InOrder } from "./in-order.ts";

test("what comes early waits, what comes twice is passed over", () => {
  const order = new InOrder<string>(2);
  expect(order.take(4, "four")).toEqual([]);
  expect(order.hasHole).toBe(true);
  expect(order.take(2, "two again")).toEqual([]);
  expect(order.take(3, "three")).toEqual(["three", "four"]);
  expect(order.hasHole).toBe(false);
  expect(order.take(4, "four again")).toEqual([]);
  expect(order.take(5, "five")).toEqual(["five"]);
});

test("without a beginning the first one is it", () => {
  const order = new InOrder<string>();
  expect(order.take(7, "seven")).toEqual(["seven"]);
  expect(order.take(6, "six")).toEqual([]);
});

test("catching up ends when nothing is missing, and when nothing comes", async () => {
  let missing = 250;
  const asked: number[] = [];
  const fetch = async () => {
    const came = Math.min(100, missing);
    missing -= came;
    asked.push(came);
    return came;
  };
  await catchUp(() => missing, fetch);
  expect(asked).toEqual([100, 100, 50]);
  await catchUp(
    () => 10,
    async () => 0,
  );
});
