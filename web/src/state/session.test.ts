/** Who the user is, over reloads, lost connections, refusals and other pages. */

import { Disconnected, type Link, Refusal, type RequestBody, type Socket } from "@chinwag/client";
import { BOB, ME } from "@chinwag/client/testing";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryStore } from "../testing/memory-store";
import type { Store } from "./kept";
import { SESSION_KEY, Session } from "./session";

const KEPT = { accessKey: "key", userUUID: ME, username: "Ada" };

let kept: Store;
let asked: RequestBody[];
let answer: (body: RequestBody) => unknown;
let heard: string[];

beforeEach(() => {
  vi.useFakeTimers();
  kept = memoryStore();
  asked = [];
  heard = [];
  answer = () => ({ type: "authorized", authorized: { userUUID: ME, accessKey: "new key" } });
});
afterEach(() => vi.useRealTimers());

function newSession(): Session {
  const request = async (body: RequestBody) => {
    asked.push(body);
    const reply = answer(body);
    if (reply instanceof Error) throw reply;
    return reply;
  };
  const socket = {
    request: request as unknown as Socket["request"],
    link: signal<Link>({ state: "open" }),
  };
  return new Session(
    socket,
    kept,
    () => heard.push("begun"),
    (forGood) => heard.push(forGood ? "ended for good" : "ended"),
  );
}

describe("a session", () => {
  test("begins with a name and a password, and is kept", async () => {
    const session = newSession();
    expect(session.signedIn.value).toBe(false);
    await session.signIn(" Ada ", "secret");
    expect(asked).toEqual([
      {
        type: "signIn",
        signIn: { username: " Ada ", password: "secret", create: false, device: "" },
      },
    ]);
    expect(session.me.value).toEqual({ uuid: ME, name: "Ada" });
    expect([session.live.value, session.wasLive.value]).toEqual([true, true]);
    expect(kept.read(SESSION_KEY)).toEqual({ ...KEPT, accessKey: "new key" });
    expect(JSON.stringify(kept.read(SESSION_KEY))).not.toContain("secret");
  });

  test("that is refused leaves nothing", async () => {
    answer = () => new Refusal(4, "signIn", "no");
    const session = newSession();
    await expect(session.signUp("Ada", "secret")).rejects.toBeInstanceOf(Refusal);
    expect(session.signedIn.value).toBe(false);
    expect(kept.read(SESSION_KEY)).toBeUndefined();
    expect(heard).toEqual([]);
  });

  test("comes back by its access key, and shows who it is before that", async () => {
    kept.write(SESSION_KEY, KEPT);
    const session = newSession();
    expect(session.me.value).toEqual({ uuid: ME, name: "Ada" });
    expect(session.live.value).toBe(false);
    await session.resume();
    expect(asked).toEqual([{ type: "signIn", signIn: { accessKey: "key" } }]);
    expect(session.live.value).toBe(true);
    expect(heard).toEqual(["begun"]);
  });

  test("whose key has lapsed asks to sign in again, and says why", async () => {
    kept.write(SESSION_KEY, KEPT);
    answer = () => new Refusal(4, "signIn", "no");
    const session = newSession();
    await session.resume();
    expect(session.signedIn.value).toBe(false);
    expect(session.notice.value).toMatch(/sign in again/);
    expect(heard).toEqual(["ended"]);
  });

  test("uses the key that another page got meanwhile", async () => {
    kept.write(SESSION_KEY, KEPT);
    const session = newSession();
    answer = () => {
      kept.write(SESSION_KEY, { ...KEPT, accessKey: "newer key" });
      answer = () => ({
        type: "authorized",
        authorized: { userUUID: ME, accessKey: "newest key" },
      });
      return new Refusal(4, "signIn", "no");
    };
    await session.resume();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked[1]).toEqual({ type: "signIn", signIn: { accessKey: "newer key" } });
    expect(session.live.value).toBe(true);
  });

  test("stays when the connection is lost while it comes back", async () => {
    kept.write(SESSION_KEY, KEPT);
    answer = () => new Disconnected();
    const session = newSession();
    await session.resume();
    expect(session.signedIn.value).toBe(true);
    expect(session.live.value).toBe(false);
  });

  test.each([
    [new Refusal(30, "signIn", "try again"), 2000],
    [new Refusal(22, "5", "too many requests"), 5000],
  ])("that can't be resumed just now is resumed after %s", async (refusal, wait) => {
    kept.write(SESSION_KEY, KEPT);
    answer = () => refusal;
    const session = newSession();
    await session.resume();
    answer = () => ({ type: "authorized", authorized: { userUUID: ME, accessKey: "new key" } });
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(session.live.value).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(session.live.value).toBe(true);
  });

  test("removes no key that another page may have brought, though it reads an older one", async () => {
    kept.write(SESSION_KEY, KEPT);
    const newest = { ...KEPT, accessKey: "newest key" };
    const stale = { ...kept, read: <T>() => KEPT as T };
    answer = () => new Refusal(4, "signIn", "not valid any more");
    const real = kept;
    kept = stale;
    const session = newSession();
    real.write(SESSION_KEY, newest);
    await session.revoked();
    expect(session.signedIn.value).toBe(false);
    expect(real.read(SESSION_KEY)).toEqual(newest);
  });

  test("ends for good when the user logs out, even when the server doesn't hear of it", async () => {
    const session = newSession();
    await session.signIn("Ada", "secret");
    answer = () => new Disconnected();
    await session.signOut();
    expect(asked.at(-1)).toEqual({ type: "signOut" });
    expect(session.me.value).toBeUndefined();
    expect(kept.read(SESSION_KEY)).toBeUndefined();
    expect(heard).toEqual(["begun", "ended for good"]);
  });

  test("ends everywhere when the server says so, and not before", async () => {
    const session = newSession();
    await session.signIn("Ada", "secret");
    answer = () => new Disconnected();
    await expect(session.signOutEverywhere()).rejects.toBeInstanceOf(Disconnected);
    expect(session.signedIn.value).toBe(true);
    answer = () => ({ type: "signOutEverywhere", signOutEverywhere: { uuid: ME } });
    await session.signOutEverywhere();
    expect(asked.at(-1)).toEqual({ type: "signOutEverywhere" });
    expect(session.signedIn.value).toBe(false);
    expect(kept.read(SESSION_KEY)).toBeUndefined();
    expect(heard).toEqual(["begun", "ended for good"]);
  });

  test("outlives a new password, which is kept nowhere", async () => {
    const session = newSession();
    await session.signIn("Ada", "secret");
    answer = () => ({ type: "changePassword", changePassword: { uuid: ME } });
    await session.changePassword("secret", "better");
    expect(asked.at(-1)).toEqual({
      type: "changePassword",
      changePassword: { password: "secret", newPassword: "better" },
    });
    expect(session.live.value).toBe(true);
    expect(JSON.stringify(kept.read(SESSION_KEY))).not.toContain("better");
  });

  const changed = { type: "changePassword", changePassword: { uuid: ME, accessKey: "newest key" } };
  const resumed = { type: "signIn", signIn: { accessKey: "newest key" } };

  test("goes on with the key of the new password, and so do the other pages", async () => {
    kept.write(SESSION_KEY, KEPT);
    const [session, other] = [newSession(), newSession()];
    await Promise.all([session.resume(), other.resume()]);
    answer = () => changed;
    await session.changePassword("secret", "better");
    expect(kept.read(SESSION_KEY)).toEqual({ ...KEPT, accessKey: "newest key" });
    await other.changedElsewhere();
    answer = () => new Disconnected();
    for (const page of [session, other]) {
      await page.resume();
      expect(asked.at(-1)).toEqual(resumed);
    }
    expect(heard).toEqual(["begun", "begun"]);
  });

  test("goes on with the new key where the browser keeps nothing", async () => {
    kept = { read: () => undefined, write: () => undefined, names: () => [] };
    const session = newSession();
    await session.signIn("Ada", "secret");
    answer = () => changed;
    await session.changePassword("secret", "better");
    answer = () => new Disconnected();
    await session.resume();
    expect(asked.at(-1)).toEqual(resumed);
  });

  test("keeps its key when the new password is refused", async () => {
    kept.write(SESSION_KEY, KEPT);
    const session = newSession();
    answer = () => new Refusal(4, "changePassword", "no");
    await expect(session.changePassword("wrong", "better")).rejects.toBeInstanceOf(Refusal);
    expect(kept.read(SESSION_KEY)).toEqual(KEPT);
    await session.changedElsewhere();
    expect(session.signedIn.value).toBe(true);
  });

  test("outlives that another page forgets the old key before the new one is there", async () => {
    kept.write(SESSION_KEY, KEPT);
    const [session, other] = [newSession(), newSession()];
    await Promise.all([session.resume(), other.resume()]);
    let reply: (frame: typeof changed) => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        reply = resolve;
      });
    const changing = session.changePassword("secret", "better");
    // The server has ended the old key's sessions, and its reply is still on the way.
    kept.write(SESSION_KEY, undefined);
    const elsewhere = session.changedElsewhere();
    reply(changed);
    await Promise.all([changing, elsewhere]);
    expect(session.live.value).toBe(true);
    expect(kept.read(SESSION_KEY)).toMatchObject({ accessKey: "newest key" });
    // The page that was too early removes no key but its own.
    other.forget("");
    expect(kept.read(SESSION_KEY)).toMatchObject({ accessKey: "newest key" });
    answer = () => ({ type: "authorized", authorized: { userUUID: ME, accessKey: "newest key" } });
    await other.changedElsewhere();
    expect(asked.at(-1)).toEqual(resumed);
    expect(other.live.value).toBe(true);
  });

  test.each([22, 30])("ends when the server ended it, also when that answers %i", async (code) => {
    const session = newSession();
    await session.signIn("Ada", "secret");
    answer = () => new Refusal(code, "1", "not now");
    await session.revoked();
    expect(session.signedIn.value).toBe(false);
    expect(session.notice.value).toBe("You were signed out.");
  });

  test("follows another page to another user", async () => {
    kept.write(SESSION_KEY, KEPT);
    const session = newSession();
    const [userUUID, accessKey] = [BOB, "Bob's key"];
    kept.write(SESSION_KEY, { userUUID, accessKey, username: "Bob" });
    answer = () => ({ type: "authorized", authorized: { userUUID, accessKey } });
    await session.changedElsewhere();
    expect(heard).toEqual(["ended", "begun"]);
    expect(session.me.value).toEqual({ uuid: BOB, name: "Bob" });
    expect(kept.read(SESSION_KEY)).toMatchObject({ accessKey });
  });

  test("follows the other pages of this browser", async () => {
    const session = newSession();
    kept.write(SESSION_KEY, KEPT);
    await session.changedElsewhere();
    expect(session.me.value?.name).toBe("Ada");
    kept.write(SESSION_KEY, undefined);
    await session.changedElsewhere();
    expect(session.signedIn.value).toBe(false);
    expect(session.notice.value).toBe("You were signed out.");
  });

  test("takes the name as it was first written", async () => {
    const session = newSession();
    await session.signIn("ada", "secret");
    session.rename("Ada");
    expect(session.me.value?.name).toBe("Ada");
    expect(kept.read(SESSION_KEY)).toMatchObject({ username: "Ada" });
  });
});
