/** What can be done about a person, by whom, and the question that comes first. */
import type { User, UserEdit } from "@chinwag/client";
import { peopleStrings } from "../people-strings";
import { block } from "../state/blocks";
import type { Client } from "../state/client";

export type PersonAction =
  | "block"
  | "unblock"
  | "makeAdmin"
  | "unmakeAdmin"
  | "reset"
  | "deactivate"
  | "activate"
  | "removeMessages";

/** As the server checks them; it has the last word. Only admins see what admins do. */
export function actionsFor(client: Client, user: User): PersonAction[] {
  if (user.UUID === client.session.me.value?.uuid) return [];
  const { Bot = false, Deactivated = false, Role } = user;
  const own: PersonAction[] = [client.blocked.value.has(user.UUID) ? "unblock" : "block"];
  if (!client.isAdmin.value) return own;
  if (Deactivated) return [...own, "activate", "removeMessages"];
  const forPeople: PersonAction[] = Bot
    ? []
    : [Role === "admin" ? "unmakeAdmin" : "makeAdmin", "reset"];
  return [...own, ...forPeople, "deactivate", "removeMessages"];
}

interface Question {
  readonly title: string;
  readonly about: string;
}

/** Absent for what can be undone at once and nobody else notices. */
export function questionOf(action: PersonAction, name: string): Question | undefined {
  const s = peopleStrings;
  const questions: Partial<Record<PersonAction, Question>> = {
    block: { title: s.blockTitle(name), about: s.blockAbout },
    makeAdmin: { title: s.adminTitle(name), about: s.adminAbout },
    unmakeAdmin: { title: s.unmakeTitle(name), about: s.unmakeAbout },
    deactivate: { title: s.deactivateTitle(name), about: s.deactivateAbout },
    activate: { title: s.activateTitle(name), about: s.activateAbout },
    removeMessages: { title: s.removeTitle(name), about: s.removeAbout },
  };
  return questions[action];
}

export const SINCES = Object.entries(peopleStrings.sinces) as [Since, string][];
export type Since = keyof typeof peopleStrings.sinces;

const HOUR = 3_600_000;
const LENGTHS: Readonly<Record<Since, number>> = {
  hour: HOUR,
  day: 24 * HOUR,
  week: 7 * 24 * HOUR,
  ever: Number.POSITIVE_INFINITY,
};

/** The moment that many milliseconds before `now`, as the protocol writes it. */
export function momentOf(since: Since, now: number): string {
  return new Date(Math.max(0, now - LENGTHS[since])).toISOString();
}

type Edit = (change: UserEdit) => Promise<void>;

/** Does what needs no further choice. */
export async function act(
  client: Client,
  edit: Edit,
  action: Exclude<PersonAction, "reset">,
  userUUID: string,
  since: Since,
): Promise<void> {
  const edits = {
    makeAdmin: { role: "admin" },
    unmakeAdmin: { role: "member" },
    deactivate: { deactivated: true },
    activate: { deactivated: false },
    removeMessages: { deleteMessagesSince: momentOf(since, Date.now()) },
  } as const;
  if (action === "block" || action === "unblock") await block(client, userUUID, action === "block");
  else await edit({ userUUID, ...edits[action] });
}
