/** The names that were signed in with in this browser, so that a new one can be asked about. */
import type { Store } from "../state/kept";

const KEPT = "chinwag.names";
const MOST = 20;

/** Whether any name is known. */
export function knowsAnyName(store: Store): boolean {
  return read(store).length > 0;
}

export function knowsName(store: Store, name: string): boolean {
  return read(store).includes(folded(name));
}

export function rememberName(store: Store, name: string): void {
  const others = read(store).filter((known) => known !== folded(name));
  store.write(KEPT, [folded(name), ...others].slice(0, MOST));
}

function read(store: Store): string[] {
  return store.read<string[]>(KEPT) ?? [];
}

function folded(name: string): string {
  return name.trim().normalize("NFKC").toLowerCase();
}
