/** How a file is shown, by its type. */
import type { FileInfo } from "../state/files";

/** A picture without preview is shown up to this size, in bytes. */
const MOST_SHOWN = 2_000_000;

export function isSound({ Type }: FileInfo): boolean {
  return Type.startsWith("audio/");
}

/** Whether it is a picture or a video of which the size is known. SVG is a document with scripts. */
export function isShown(file: FileInfo): boolean {
  const { Type, Width, Height, Preview, Size } = file;
  if (!Width || !Height) return false;
  if (Type.startsWith("video/")) return true;
  return /^image\/(?!svg)/.test(Type) && (Preview === true || Size <= MOST_SHOWN);
}

export function isVideo(file: FileInfo): boolean {
  return isShown(file) && file.Type.startsWith("video/");
}
