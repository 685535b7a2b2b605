/** What to tell where the server refused something, ready for translation; it loads with the first refusal. */
import { ErrorCode, FileRefused, Refusal } from "@chinwag/client";
import { counted, strings } from "./strings";

const byCode: Record<number, string> = {
  [ErrorCode.UnknownUser]: "That person or channel isn't here any more.",
  [ErrorCode.ChannelRefused]: "That channel can't be opened.",
  [ErrorCode.SignInFirst]: "Please sign in first.",
  [ErrorCode.TooLarge]: "That message is too large.",
  [ErrorCode.StoreUnavailable]: "The server can't reach its storage just now. Please try again.",
};

/** What to tell about an `error` frame: kinder than the frame's own words, and never less clear. */
export function explain(code: number, payload: string): string {
  if (code === ErrorCode.TooManyRequests) {
    const seconds = Math.max(1, Math.ceil(Number(payload) || 1));
    return `That was a bit fast. Please try again in ${counted(seconds, "second", "seconds")}.`;
  }
  return byCode[code] ?? "That didn't work. Please try again.";
}

/** The server's own words name the rule. */
const RULES: readonly number[] = [
  ErrorCode.MessageRefused,
  ErrorCode.NotAllowed,
  ErrorCode.ChannelNotAcceptable,
  ErrorCode.ChangeRefused,
  ErrorCode.FileRefused,
];

/** What to tell where a request about channels or messages failed. */
export function explainFailure(error: unknown): string {
  if (error instanceof FileRefused) return error.message;
  return error instanceof Refusal ? explainRefusal(error) : strings.unreachable;
}

export function explainRefusal({
  code,
  message,
  payload,
}: Pick<Refusal, "code" | "message" | "payload">): string {
  return RULES.includes(code) ? message : explain(code, payload);
}
