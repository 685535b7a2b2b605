/** Everything that clients of 0.2 can do, while those of 0.1.0 are signed in: an entry for each request. */
import { type Chat, GENERAL, Refusal, type RequestBody } from "@chinwag/client";

/** Who does it. All are clients of 0.2, and what they write in groups and named channels begins with `hidden`. */
export interface Cast {
  readonly ada: Chat;
  readonly bob: Chat;
  /** Not signed in yet. */
  readonly guest: Chat;
  /** Second devices of users who are signed in by a client of 0.1.0, too. */
  readonly members: readonly Chat[];
  /** What a client of 0.1.0 must not hear of; filled by `channelCreate`. */
  readonly channels: { ops: string; secret: string; lobby: string; group: string };
}

/** What is deleted in General. A client of 0.1.0 shows it until it reads the history, where it has no text. */
export const DELETED = "A message that is deleted";

function notAllowed(error: unknown): void {
  if (!(error instanceof Refusal && error.code === 12)) throw error;
}

function refusedFile(error: unknown): void {
  if (!(error instanceof Refusal && error.code === 15)) throw error;
}

function refused(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}

/** In this order. A request without an entry fails `npm run check`. */
export const EVERYTHING: {
  readonly [K in RequestBody["type"]]: (cast: Cast) => Promise<unknown>;
} = {
  signUp: ({ guest }) => guest.signUp({ username: "Guest", password: "secret" }),
  changePassword: ({ guest }) => guest.changePassword("secret", "another"),
  signOut: ({ guest }) => guest.signOut(),
  signIn: ({ guest }) => guest.signIn({ username: "Guest", password: "another" }),
  signOutEverywhere: ({ guest }) => guest.request({ type: "signOutEverywhere" }),
  ping: ({ ada }) => ada.request({ type: "ping" }),
  users: ({ ada }) => ada.users("B"),

  async inbox({ ada, members }) {
    for (const by of [ada, ...members]) {
      await by.request({ type: "inbox" });
      await by.inbox();
      await by.request({ type: "inbox", inbox: { wants: ["channels", "changes"] } });
    }
  },

  async channelCreate({ ada, bob, members, channels }) {
    const users = [bob, ...members].map(({ me }) => me);
    const shared = { users, topic: "hidden topic" };
    channels.ops = (await ada.createChannel({ ...shared, name: "hidden ops" })).UUID;
    const secret = { ...shared, name: "hidden secret", private: true };
    channels.secret = (await ada.createChannel(secret)).UUID;
    channels.lobby = (await bob.createChannel({ name: "hidden lobby" })).UUID;
    channels.group = (await ada.createChannel({ users })).UUID;
  },
  async memberAdd({ ada, bob, members, channels: { ops, lobby } }) {
    await bob.addMembers(lobby, [ada.me]);
    for (const member of members) await member.becomeMember(lobby);
    for (const owner of [true, false]) await ada.addMembers(ops, [bob.me], owner);
  },
  async channelMessage({ ada, bob, members, channels }) {
    for (const channel of Object.values(channels)) {
      for (const by of [ada, bob, ...members]) await by.send(channel, "hidden message to @Ada");
    }
    await bob.send(ada.me, "Between us");
    const answer = { recipientUUID: GENERAL, message: "An answer", replyTo: 1 };
    const channelMessage = { ...answer, mentions: [bob.me], mentionAll: true };
    await ada.request({ type: "channelMessage", channelMessage });
  },
  async notify({ ada, members }) {
    const quiet = [{ days: "12345", from: "20:00", to: "07:30" }];
    for (const by of [ada, ...members]) await by.notify({ quiet, zone: "UTC", content: "nothing" });
  },
  async channelMessages({ ada, members, channels }) {
    for (const channel of Object.values(channels)) {
      for (const by of [ada, ...members]) await by.history(channel, { after: 1 });
    }
  },
  async channelJoin({ ada, members, channels }) {
    for (const channel of [GENERAL, ada.me, ...Object.values(channels)]) {
      for (const by of [ada, ...members]) await by.join(channel);
    }
  },
  async channelTyping({ ada, members, channels }) {
    for (const channel of [GENERAL, ...Object.values(channels)]) {
      for (const by of [ada, ...members]) by.typing(channel);
    }
    await ada.request({ type: "ping" });
  },
  async channelLeave({ ada, members, channels: { group } }) {
    const channelLeave = { recipientUUID: group };
    for (const by of [ada, ...members]) await by.request({ type: "channelLeave", channelLeave });
  },
  async channelRead({ ada, members, channels }) {
    for (const member of members) {
      for (const channel of Object.values(channels)) await member.markRead(channel, 2);
      await member.markRead(GENERAL, 1);
    }
    await ada.markRead(channels.ops, 1);
  },
  async channelPrefs({ ada, members, channels }) {
    const prefs = { pinned: true, section: "hidden section", mutedUntil: "2099-01-01T00:00:00Z" };
    for (const recipientUUID of [GENERAL, ada.me, ...Object.values(channels)]) {
      for (const member of members)
        await member.changePrefs({ recipientUUID, level: "none", unreadFrom: 1, ...prefs });
    }
  },
  async channelEdit({ ada, channels: { ops, secret } }) {
    const topic = "hidden new topic";
    await ada.editChannel({ recipientUUID: ops, name: "hidden new name", topic });
    await ada.editChannel({ recipientUUID: ops, posting: "owners" });
    for (const archived of [true, false])
      await ada.editChannel({ recipientUUID: secret, archived });
  },
  async memberRemove({ ada, members, channels: { ops, secret, lobby } }) {
    for (const { me } of members) {
      await ada.removeMember(ops, me);
      await ada.removeMember(secret, me);
    }
    for (const member of members) await member.removeMember(lobby, member.me);
    for (const { me } of members) await ada.addMembers(secret, [me]);
    await ada.send(secret, "hidden message to those who are back");
  },
  async channelMembers({ members, channels }) {
    for (const channel of [GENERAL, channels.secret, channels.lobby]) {
      for (const member of members) await member.members(channel);
    }
  },
  async channels({ ada, members }) {
    for (const by of [ada, ...members])
      await by.request({ type: "channels", channels: { query: "hidden", archived: true } });
  },
  async messageEdit({ ada, channels: { secret } }) {
    const { Seq } = await ada.send(GENERAL, "A message that is edited");
    for (const text of ["An edited message", "A message that is edited"])
      await ada.request({
        type: "messageEdit",
        messageEdit: { recipientUUID: GENERAL, seq: Seq, message: text },
      });
    await ada.request({
      type: "messageEdit",
      messageEdit: { recipientUUID: secret, seq: 1, message: "hidden edit" },
    });
  },
  async messageReact({ ada, members, channels: { secret } }) {
    for (const recipientUUID of [GENERAL, secret]) {
      for (const by of [ada, ...members]) {
        for (const on of [true, false, true])
          await by.request({
            type: "messageReact",
            messageReact: { recipientUUID, seq: 1, emoji: "👍", on },
          });
      }
    }
  },
  async messageReactors({ ada }) {
    const messageReactors = { recipientUUID: GENERAL, seq: 1, emoji: "👍" };
    await ada.request({ type: "messageReactors", messageReactors });
  },
  async activity({ ada, bob, members }) {
    for (const by of [ada, bob, ...members]) await by.activity({ limit: 5 });
  },
  // The server of this test sends no notifications.
  pushSubscribe: ({ ada }) =>
    ada.subscribe({ endpoint: "https://push.example.org", p256dh: "", auth: "" }).catch(notAllowed),
  pushTest: ({ ada }) => ada.testPush("https://push.example.org").catch(notAllowed),
  pushUnsubscribe: ({ ada }) => ada.unsubscribe("https://push.example.org"),
  async messagePin({ ada, channels: { secret } }) {
    for (const recipientUUID of [GENERAL, secret]) {
      for (const on of [true, false, true])
        await ada.request({ type: "messagePin", messagePin: { recipientUUID, seq: 1, on } });
    }
  },
  async channelChanges({ ada, members, channels: { secret } }) {
    for (const recipientUUID of [GENERAL, secret]) {
      for (const by of [ada, ...members]) {
        const channelChanges = { recipientUUID, after: 0 };
        await by.request({ type: "channelChanges", channelChanges });
      }
    }
  },
  async fileCreate({ ada }) {
    const fileCreate = { recipientUUID: GENERAL, name: "hidden.txt", size: 1 };
    await ada.request({ type: "fileCreate", fileCreate }).catch(refusedFile);
  },
  search: ({ ada }) => ada.request({ type: "search", search: { query: "hidden message" } }),
  // Ada is no admin, and owns no named channel with hooks.
  botCreate: ({ ada }) =>
    ada.request({ type: "botCreate", botCreate: { username: "hidden" } }).catch(notAllowed),
  hookCreate: ({ ada }) =>
    ada
      .request({ type: "hookCreate", hookCreate: { recipientUUID: GENERAL, name: "hidden" } })
      .catch(notAllowed),
  hooks: ({ ada }) => ada.request({ type: "hooks" }).catch(notAllowed),
  hookDelete: ({ ada }) =>
    ada.request({ type: "hookDelete", hookDelete: { UUID: crypto.randomUUID() } }).catch(() => {}),
  // Nobody on this server is an admin.
  linkCreate: ({ ada }) =>
    ada.request({ type: "linkCreate", linkCreate: { kind: "device" } }).catch(notAllowed),
  links: ({ ada }) => ada.request({ type: "links" }).catch(notAllowed),
  linkRevoke: ({ ada }) =>
    ada.request({ type: "linkRevoke", linkRevoke: { UUID: ada.me } }).catch(refused),
  devices: ({ ada }) => ada.request({ type: "devices" }).catch(notAllowed),
  deviceEnd: ({ ada }) =>
    ada.request({ type: "deviceEnd", deviceEnd: { UUID: ada.me } }).catch(refused),
  userEdit: ({ ada, bob }) =>
    ada
      .request({ type: "userEdit", userEdit: { userUUID: bob.me, role: "admin" } })
      .catch(notAllowed),
  async block({ ada, bob }) {
    for (const on of [true, false])
      await ada.request({ type: "block", block: { userUUID: bob.me, on } }).catch(notAllowed);
  },
  report: ({ ada }) =>
    ada
      .request({ type: "report", report: { recipientUUID: GENERAL, seq: 1, reason: "" } })
      .catch(notAllowed),
  linkCheck: ({ ada }) =>
    ada.request({ type: "linkCheck", linkCheck: { link: "unknown" } }).catch(refused),
  server: ({ ada }) => ada.request({ type: "server" }).catch(notAllowed),
  reports: ({ ada }) => ada.request({ type: "reports" }).catch(notAllowed),
  reportClose: ({ ada }) =>
    ada.request({ type: "reportClose", reportClose: { UUID: ada.me } }).catch(notAllowed),
  async messageDelete({ ada, channels: { secret } }) {
    for (const recipientUUID of [GENERAL, secret]) {
      const { Seq } = await ada.send(recipientUUID, recipientUUID === GENERAL ? DELETED : "hidden");
      await ada.request({ type: "messageDelete", messageDelete: { recipientUUID, seq: Seq } });
    }
  },
};
