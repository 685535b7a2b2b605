/** Properties of replies that protocol.gen.ts doesn't have yet; a server of 0.1 doesn't send them. */
import type { Authorized, PasswordChanged } from "./protocol.gen.ts";

/** `epoch` names the state of the store: with another one, messages may have been lost. */
export type WithEpoch = Authorized & { epoch?: string };

/** `accessKey` takes the place of all earlier ones. */
export type WithAccessKey = PasswordChanged & { accessKey?: string };
