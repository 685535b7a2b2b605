/** Whose drafts, messages to be sent and searches these are: they are one user's, and nobody else finds or sends them. */

import type { Drafts } from "./drafts";
import type { Store } from "./kept";
import type { Outbox } from "./outbox";

const OWNER = "chinwag.owner";
/** The record of the user's last searches, which the search itself writes. */
export const SEARCHES = "chinwag.searches";

export class Belongings {
  /** The store has a copy, for other pages and for later. */
  #owner: string | undefined;

  constructor(
    readonly kept: Store,
    readonly drafts: Drafts,
    readonly outbox: Outbox,
  ) {}

  /** `user` is signed in now. */
  takeOver(user: string | undefined): void {
    const kept = this.kept.read<string>(OWNER);
    if ((kept ?? this.#owner) !== user) {
      this.clear();
      this.kept.write(OWNER, user);
    } else if (this.#owner !== undefined && this.#owner !== user) {
      // Another page of this browser signed this user in first, and what is kept is theirs already.
      this.drafts.reread();
      this.outbox.reread();
    }
    this.#owner = user;
  }

  clear(): void {
    this.drafts.clear();
    this.outbox.clear();
    this.kept.write(SEARCHES, undefined);
  }

  /** Takes a refused message back to where messages are written. */
  mend(clientUUID: string): void {
    const refused = this.outbox.pending.value.find((sent) => sent.clientUUID === clientUUID);
    if (refused === undefined) return;
    const begun = this.drafts.get(refused.channel);
    this.drafts.set(refused.channel, begun === "" ? refused.text : `${refused.text}\n${begun}`);
    this.outbox.discard(clientUUID);
  }
}
