/** What is kept in the browser between visits, as JSON under one name each. */

export interface Store {
  read<T>(name: string): T | undefined;
  /** `undefined` removes it. */
  write(name: string, value: unknown): void;
  /** The names that begin with `prefix`. */
  names(prefix: string): string[];
}

/** A browser may refuse storage, or be out of it; then nothing is kept, and nothing breaks. */
export class BrowserStore implements Store {
  constructor(readonly storage: () => Storage) {}

  read<T>(name: string): T | undefined {
    try {
      const text = this.storage().getItem(name);
      return text === null ? undefined : (JSON.parse(text) as T);
    } catch {
      return undefined;
    }
  }

  write(name: string, value: unknown): void {
    try {
      if (value === undefined) this.storage().removeItem(name);
      else this.storage().setItem(name, JSON.stringify(value));
    } catch {
      // Full or forbidden: the page works on without.
    }
  }

  names(prefix: string): string[] {
    try {
      const storage = this.storage();
      const all = Array.from({ length: storage.length }, (_, n) => storage.key(n) ?? "");
      return all.filter((name) => name.startsWith(prefix));
    } catch {
      return [];
    }
  }
}
