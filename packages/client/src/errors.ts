/** The errors, each with a name of its own and a message for people. */
import type { ErrorCode } from "./protocol.gen.ts";

/** The server's answer was an `error` frame. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** A newer server may have more codes. */
  readonly code: ErrorCode;

  constructor(
    code: number,
    /** For code 22 the seconds to wait, else the request's `type`. */
    readonly payload: string,
    message: string,
  ) {
    super(message);
    this.code = code as ErrorCode;
  }
}

/** The server refused an upload or a download over HTTP. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";

  constructor(
    /** That of HTTP; 404 for a file that isn't there, or that the user may not read. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** There is no connection, or it ended before the answer came. */
export class Disconnected extends Error {
  override readonly name = "Disconnected";

  constructor(
    message = "There is no connection.",
    /** The code of the WebSocket's close event; 1006 where the network failed. */
    readonly code = 1006,
  ) {
    super(message);
  }
}

/** The first connection failed, or ended before the sign-in was answered. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** The address can't be that of a server. The message doesn't repeat it, because it might hold a password. */
export class WrongAddress extends Error {
  override readonly name = "WrongAddress";
}

/** The user was signed out, by this program or elsewhere, or the access key has expired. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

/** `close` was called. */
export class Closed extends Error {
  override readonly name = "Closed";

  constructor() {
    super("The chat is closed.");
  }
}
