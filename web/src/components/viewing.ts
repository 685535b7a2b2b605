/** Which picture is viewed, among those of its channel. */
import { signal } from "@preact/signals";
import type { FileInfo } from "../state/files";
import type { Line } from "../state/line";
import type { App } from "./app";
import { isShown } from "./file-kinds";

export interface Viewed {
  readonly line: Line;
  readonly file: FileInfo;
}

/** The one that is shown. */
export const viewed = signal<Viewed | undefined>(undefined);

export function view({ dialog }: App, line: Line, file: FileInfo): void {
  viewed.value = { line, file };
  dialog.value = "viewer";
}

/** The pictures that the page holds of the open channel, or those of the message where it isn't among these. */
export function around({ client }: App, { line, file }: Viewed): readonly Viewed[] {
  const timeline = client.history.timeline(client.open.value);
  // Each change of it is one of its version.
  timeline.version.value;
  const all = timeline.lines.flatMap(picturesOf);
  return all.some((each) => each.file.UUID === file.UUID)
    ? all
    : outside(timeline.holds(line.seq), line);
}

/** A message that is held and has the picture no more was deleted. */
function outside(isHeld: boolean, line: Line): readonly Viewed[] {
  return isHeld ? [] : picturesOf(line);
}

function picturesOf(line: Line): Viewed[] {
  return (line.files ?? []).filter(isShown).map((file) => ({ line, file }));
}
