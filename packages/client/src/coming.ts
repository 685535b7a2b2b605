/** What replies will have and protocol.gen.ts doesn't know yet. */
import type { Authorized } from "./protocol.gen.ts";

/** `epoch` names the state of the store: with another one, messages may have been lost. A server of 0.1 sends none. */
export type WithEpoch = Authorized & { epoch?: string };
