/** Uploads a file over HTTP, piece by piece: after a break it goes on where it stopped. */
import { Disconnected, FileRefused } from "./errors.ts";
import { put } from "./put.ts";
import { isTemporary, retryAfter } from "./sender.ts";

/** Where the server takes a file, as `fileCreate` answers. */
export interface FilePlace {
  readonly UUID: string;
  /** A path of the server. */
  readonly url: string;
  readonly token: string;
  /** The longest piece, in bytes. */
  readonly piece: number;
  /** How many bytes are there already. */
  readonly received: number;
}

export interface Uploading {
  /** Makes the file, or finds it again: with the same `clientUUID` the server answers with the same place. */
  create(): Promise<FilePlace>;
  /** The URL of a path of the server. */
  urlOf(path: string): string;
  /** Resolves when it is worth trying again, after `wait` milliseconds at the earliest. */
  again(wait: number): Promise<void>;
}

export interface UploadOptions {
  /** A PNG, JPEG or WebP of at most 256 KB and one megapixel. */
  preview?: Blob | undefined;
  /** How many bytes are on their way or there; fewer again after a piece that was lost. */
  onProgress?: ((sent: number) => void) | undefined;
  /** Aborting it cancels the upload: the server forgets the file. */
  signal?: AbortSignal | undefined;
}

/** A piece that takes longer is sent again, in milliseconds. */
const PATIENCE = 120_000;
/** The delay after an attempt that failed for the network or the server, in milliseconds. */
const RETRY = 1000;
/** What may succeed later: the place has moved on, or the server is busy or restarting. */
const TEMPORARY: readonly number[] = [408, 409, 425, 429];
/** The place is gone, as after an hour without a piece; once another one is asked for. */
const GONE = 404;
/** The server has no space left, and a person has to know. */
const FULL = 507;

/** Resolves to the UUID of the file, for `files` of a message. Fails with `Refusal`, `FileRefused` or the signal's reason. */
export async function upload(
  file: Blob,
  through: Uploading,
  options: UploadOptions = {},
): Promise<string> {
  const { signal } = options;
  let place: FilePlace | undefined;
  let triedAnew = false;
  for (;;) {
    try {
      signal?.throwIfAborted();
      place = await through.create();
      await sendAll(file, place, through, options);
      return place.UUID;
    } catch (error) {
      if (signal?.aborted) {
        if (place) await cancel(place, through);
        throw signal.reason;
      }
      const isGone: boolean = error instanceof FileRefused && error.status === GONE && !triedAnew;
      if (!isGone && !mayWork(error)) throw error;
      triedAnew ||= isGone;
      await through.again(isTemporary(error) ? retryAfter(error) : RETRY);
    }
  }
}

async function sendAll(
  file: Blob,
  place: FilePlace,
  through: Uploading,
  { preview, onProgress, signal }: UploadOptions,
): Promise<void> {
  const url = through.urlOf(place.url);
  const ask = { place, signal };
  if (preview) await send(ask, `${url}/preview`, preview).catch(unlessRefused);
  let { received } = place;
  onProgress?.(received);
  while (received < file.size) {
    const before = received;
    const piece = file.slice(before, before + place.piece);
    const onPart = onProgress && ((sent: number) => onProgress(before + sent));
    const response = await send(ask, `${url}?offset=${before}`, piece, onPart);
    const told = Number(response.headers.get("Upload-Offset"));
    // An answer without an offset, or one that leads nowhere, would be asked for ever.
    received = told > received ? told : received + piece.size;
    onProgress?.(received);
  }
}

/** A file is as good without a preview. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof FileRefused) || mayWork(error)) throw error;
}

interface Asking {
  readonly place: FilePlace;
  readonly signal?: AbortSignal | undefined;
}

async function send(
  { place, signal }: Asking,
  url: string,
  body: Blob,
  onProgress?: (sent: number) => void,
): Promise<Response> {
  const late = AbortSignal.timeout(PATIENCE);
  const response = await put({
    ...{ url, body, onProgress },
    headers: bearer(place),
    signal: signal ? AbortSignal.any([signal, late]) : late,
  });
  if (!response.ok) throw await refusedBy(response);
  return response;
}

function bearer({ token }: FilePlace): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

/** What the server says is one sentence. */
export async function refusedBy(response: Response): Promise<FileRefused> {
  const told = (await response.text().catch(() => "")).trim();
  return new FileRefused(response.status, told || `The server answered ${response.status}.`);
}

/** The user doesn't wait for it; what isn't cancelled ends an hour later. */
async function cancel(place: FilePlace, through: Uploading): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE);
  const request = { method: "DELETE", headers: bearer(place), signal };
  await fetch(through.urlOf(place.url), request).catch(() => undefined);
}

/** `fetch` fails with a `TypeError` for the network, and with a `DOMException` after the patience. */
function mayWork(error: unknown): boolean {
  if (error instanceof FileRefused) {
    const { status } = error;
    return (status >= 500 && status !== FULL) || TEMPORARY.includes(status);
  }
  if (error instanceof Disconnected || isTemporary(error)) return true;
  return error instanceof TypeError || (error as Error).name === "TimeoutError";
}
