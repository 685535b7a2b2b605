/** Who is known here: names, who is online, and their order in the list. */

import type { User } from "@chinwag/client";
import { computed, signal } from "@preact/signals";

export interface Person {
  readonly uuid: string;
  readonly name: string;
  readonly online: boolean;
  readonly bot?: boolean;
  /** Whether it is the bot of a hook, which nobody writes to. */
  readonly hook?: boolean;
  readonly admin?: boolean;
  readonly deactivated?: boolean;
}

/** A user as a list tells of them. The sender of a message has neither a role nor `Deactivated`. */
type Listed = Pick<User, "UUID" | "Username" | "OnLine" | "Bot" | "Hook" | "Role" | "Deactivated">;

const MARKS = ["name", "online", "bot", "hook", "admin", "deactivated"] as const;

const byName = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

export class People {
  readonly #byUuid = new Map<string, Person>();
  readonly #version = signal(0);
  /** What the server counts when there are too many to tell of each. */
  readonly counted = signal<number | undefined>(undefined);
  /** How many users there are on the server, known here or not. */
  readonly total = signal(0);

  /** Online first, then by name. */
  readonly sorted = computed(() => {
    this.#version.value;
    return [...this.#byUuid.values()].sort(inListOrder);
  });
  /** Those to whom somebody may write: all but the bots of hooks, also of ended ones. */
  readonly reachable = computed(() =>
    this.sorted.value.filter(({ bot, hook, deactivated }) => !hook && !(bot && deactivated)),
  );
  readonly online = computed(
    () => this.counted.value ?? this.sorted.value.filter((person) => person.online).length,
  );

  /** Reading a person subscribes the reader to changes of people. */
  get(uuid: string): Person | undefined {
    this.#version.value;
    return this.#byUuid.get(uuid);
  }

  peek(uuid: string): Person | undefined {
    return this.#byUuid.get(uuid);
  }

  /** Takes what a frame says of a user; a frame of the history says nothing about presence. */
  learn(user: Listed, isListed = false): Person {
    const known = this.#byUuid.get(user.UUID);
    const { Bot, Hook, Role, Deactivated, Username: name } = user;
    const person = {
      uuid: known?.uuid ?? user.UUID,
      name,
      online: user.OnLine ?? known?.online ?? false,
      bot: Bot ?? known?.bot ?? false,
      hook: isListed ? Hook === true : (Hook ?? known?.hook ?? false),
      admin: isListed ? Role === "admin" : (known?.admin ?? false),
      deactivated: isListed ? Deactivated === true : (known?.deactivated ?? false),
    };
    if (known !== undefined && MARKS.every((mark) => known[mark] === person[mark])) return known;
    this.#byUuid.set(person.uuid, person);
    this.#version.value++;
    return person;
  }

  /** A whole list from the server: people who aren't online in it aren't online. */
  takeAll(users: readonly User[], total: number): void {
    if (users.length >= total) {
      for (const person of this.#byUuid.values()) {
        this.learn({ UUID: person.uuid, Username: person.name, OnLine: false });
      }
    }
    for (const user of users) this.learn(user, true);
    this.total.value = total;
  }

  clear(): void {
    this.#byUuid.clear();
    this.#version.value++;
    this.counted.value = undefined;
    this.total.value = 0;
  }
}

function inListOrder(a: Person, b: Person): number {
  return Number(b.online) - Number(a.online) || byName.compare(a.name, b.name);
}
