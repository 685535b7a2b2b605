/** Pictures of files that this page uploaded, so that their sender sees them at once. */

/** By the UUID of the file. */
const pictures = new Map<string, string>();
const MOST = 50;

export function keepPicture(uuid: string, address: string): void {
  pictures.set(uuid, address);
  const [oldest] = pictures;
  if (pictures.size <= MOST || !oldest) return;
  pictures.delete(oldest[0]);
  URL.revokeObjectURL(oldest[1]);
}

export function localPicture(uuid: string): string | undefined {
  return pictures.get(uuid);
}
