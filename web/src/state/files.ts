/** The files of a message, and the words that stand for them. */
import type { Features, Message } from "@chinwag/client";
import { strings } from "../strings";

export type FileInfo = NonNullable<Message["Files"]>[number];
/** What the server takes; absent where it takes none. */
export type FileLimits = NonNullable<Features["files"]>;

/** The text of a message, or what it has instead. */
export function saidIn(text: string, files: readonly FileInfo[] = []): string {
  const [first] = files;
  if (text || !first) return text;
  const name = first.Type.startsWith("image/") ? strings.photo : first.Name;
  return strings.andMore(name, files.length - 1);
}
