/** The TypeScript client in channels, on the real server: from becoming a member to being removed, and over the program's own restart. */
import assert from "node:assert/strict";
import test from "node:test";
import { WebSocket } from "ws";
import { atEnd, startRedis, startServer } from "./programs.js";

const { Chat, channelOf, kindOf, ErrorCode } = await import(
  "../packages/client/dist/index.js"
).catch((cause) => {
  throw new Error("failed to find packages/client/dist: npm run build -w packages/client", {
    cause,
  });
});

/** Somebody who is signed in, with the messages that came. */
class Person {
  constructor(t, port, username, positions) {
    this.chat = new Chat(`http://127.0.0.1:${port}`, { WebSocket, positions });
    this.username = username;
    this.said = [];
    this.news = [];
    this.chat.onMessage = (message) => this.#note(this.said, message);
    this.chat.onNews = (news) => this.#note(this.news, news);
    this.chat.onReset = () => assert.fail("the server lost nothing");
    atEnd(t, () => this.chat.close());
  }

  static async signIn(...args) {
    const person = new Person(...args);
    await person.chat.signIn({ username: person.username, password: "secret" });
    return person;
  }

  #note(list, item) {
    list.push(item);
    this.wake?.();
  }

  async #until(list, fits = () => true) {
    for (;;) {
      const at = list.findIndex(fits);
      if (at >= 0) return list.splice(0, at + 1)[at];
      await new Promise((resolve) => {
        this.wake = resolve;
      });
    }
  }

  next() {
    return this.#until(this.said);
  }

  until(type) {
    return this.#until(this.news, (frame) => frame.type === "sys" && frame.sys.type === type);
  }

  /** As a file has them. */
  stop() {
    const positions = JSON.parse(JSON.stringify(this.chat.positions));
    this.chat.close();
    return positions;
  }
}

for (const store of ["embedded", "Redis"]) {
  test(`channels and groups in the TypeScript client, ${store}`, { timeout: 60_000 }, async (t) => {
    const settings = store === "Redis" ? { REDIS_URL: await startRedis(t) } : {};
    const port = await startServer(t, settings);
    const ada = await Person.signIn(t, port, "Ada");
    let bob = await Person.signIn(t, port, "Bob");
    const eve = await Person.signIn(t, port, "Eve");
    const ops = (await ada.chat.createChannel({ name: "#Ops", users: [bob.chat.me] })).UUID;
    const group = (await ada.chat.createChannel({ users: [bob.chat.me, eve.chat.me] })).UUID;
    assert.equal((await bob.until("channel")).sys.channel.Name, "Ops");
    await ada.chat.send(ops, "one");
    const one = await bob.next();
    assert.deepEqual(
      [one.Message, channelOf(one, bob.chat.me), kindOf(one)],
      ["one", ops, "shared"],
    );

    // The next run goes on in both.
    let positions = bob.stop();
    await ada.chat.send(ops, "two");
    await eve.chat.send(group, "in the group");
    bob = await Person.signIn(t, port, "Bob", positions);
    const texts = [(await bob.next()).Message, (await bob.next()).Message];
    assert.deepEqual(texts.sort(), ["in the group", "two"]);

    // A new member gets what follows: at once, and between two runs.
    const secret = (await ada.chat.createChannel({ name: "Secret", private: true })).UUID;
    for (const text of ["before", "before, too"]) await ada.chat.send(secret, text);
    positions = bob.stop();
    await ada.chat.addMembers(secret, [bob.chat.me]);
    await ada.chat.send(secret, "three");
    bob = await Person.signIn(t, port, "Bob", positions);
    assert.equal((await bob.next()).Seq, 3);

    // Who was removed hears nothing more, and comes back to what follows.
    await ada.chat.removeMember(secret, bob.chat.me);
    await bob.until("channelGone");
    assert.equal(bob.chat.positions.channels[secret], undefined);
    await ada.chat.send(secret, "four");
    await ada.chat.addMembers(secret, [bob.chat.me], true);
    await ada.chat.send(secret, "five");
    assert.equal((await bob.next()).Message, "five");
    assert.equal((await ada.chat.members(secret, "b")).users[0].Owner, true);

    // Refusals have names; preferences stay.
    const refused = (code) => ({ name: "Refusal", code });
    const { ChannelNotAcceptable, NotAllowed, UnknownUser } = ErrorCode;
    await assert.rejects(eve.chat.createChannel({ name: "ops" }), refused(ChannelNotAcceptable));
    await assert.rejects(eve.chat.becomeMember(secret), refused(UnknownUser));
    const edit = { recipientUUID: ops, topic: "mine" };
    await assert.rejects(bob.chat.editChannel(edit), refused(NotAllowed));
    assert.equal((await ada.chat.editChannel(edit)).Topic, "mine");
    await eve.chat.becomeMember(ops);
    assert.equal((await eve.chat.channels("o")).channels[0].usersTotal, 3);
    await bob.chat.changePrefs({ recipientUUID: ops, level: "none" });
    const { channels } = await bob.chat.inbox();
    assert.equal(channels.find(({ recipientUUID }) => recipientUUID === ops).level, "none");
  });
}
