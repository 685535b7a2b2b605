/** States of messages: which of two is the present one. */
import type { Message, Reaction } from "./protocol.gen.ts";

/** The `Rev` of a message's last change, 0 without one. */
export function revOf(message: Message): number {
  return message.Rev ?? 0;
}

/**
 * The later state of a message. A `live` one came in a frame without an `id`, which doesn't say which reactions are the
 * user's: `Mine` stays as it was for emoji that are still there.
 */
export function later(held: Message, state: Message, live: boolean): Message {
  const older = revOf(held) - revOf(state);
  if (older > 0 || (older === 0 && live)) return held;
  const { clientUUID = held.clientUUID } = state;
  const kept = clientUUID === undefined ? state : { ...state, clientUUID };
  return live ? withMine(kept, held.Reactions ?? []) : kept;
}

function withMine(state: Message, held: readonly Reaction[]): Message {
  const mine = new Set(held.filter(({ Mine }) => Mine).map(({ Emoji }) => Emoji));
  if (mine.size === 0 || state.Reactions === undefined) return state;
  const Reactions = state.Reactions.map((reaction) =>
    mine.has(reaction.Emoji) ? { ...reaction, Mine: true } : reaction,
  );
  return { ...state, Reactions };
}
