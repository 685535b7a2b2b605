/** Files that wait to be sent, kept in the browser over a reload. What it refuses to keep is lost with the page. */
import { newUuid } from "@chinwag/client";
import type { KeptFile } from "../state/attachments";

interface Row extends KeptFile {
  readonly user: string;
  /** Whose it is: a page holds a lock of this name as long as it is open. */
  readonly page: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const NAME = "chinwag.files";
const PAGE = `${NAME}.${newUuid()}`;
/** The server forgets an upload an hour after its last piece; what waits longer than this is uploaded anew by hand. */
const LONGEST = 12 * 3_600_000;

/** What is kept and forgotten goes one after the other. */
let last: Promise<unknown> = Promise.resolve();
let hasLock = false;

export function keep(user: string, kept: KeptFile): void {
  void lockPage();
  void run("readwrite", (rows) => rows.put({ ...kept, user, page: PAGE, at: Date.now() }));
}

export function forget(id: string): void {
  void run("readwrite", (rows) => rows.delete(id));
}

/** Those of other users go: nobody else finds them. */
export async function left(user: string): Promise<readonly KeptFile[]> {
  if (!("locks" in navigator)) return [];
  const rows = (await run<Row[]>("readonly", (all) => all.getAll())) ?? [];
  const { held = [] } = await navigator.locks.query();
  const open = new Set(held.map(({ name }) => name));
  const taken: KeptFile[] = [];
  for (const { page, at, user: by, ...kept } of rows) {
    if (by === user && page !== PAGE && open.has(page)) continue;
    if (by !== user || Date.now() - at > LONGEST) forget(kept.id);
    else {
      keep(user, kept);
      taken.push(kept);
    }
  }
  return taken;
}

async function lockPage(): Promise<void> {
  if (hasLock || !("locks" in navigator)) return;
  hasLock = true;
  // Until the page is closed.
  await navigator.locks.request(PAGE, () => new Promise(() => undefined));
}

/** Resolves to nothing where the browser keeps nothing. */
function run<T>(
  mode: IDBTransactionMode,
  ask: (rows: IDBObjectStore) => IDBRequest<T> | IDBRequest,
): Promise<T | undefined> {
  const done = last.then(async () => {
    const database = await opened();
    const result = await settled(ask(database.transaction(NAME, mode).objectStore(NAME)));
    database.close();
    return result as T;
  });
  last = done.catch(() => undefined);
  return last as Promise<T | undefined>;
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(NAME, { keyPath: "id" });
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
