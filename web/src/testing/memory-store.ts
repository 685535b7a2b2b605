/** What a browser keeps, in memory; it goes through JSON, as the browser's does. */
import { BrowserStore, type Store } from "../state/kept";

export function memoryStore(): Store {
  const items = new Map<string, string>();
  const storage = {
    get length() {
      return items.size;
    },
    key: (n: number) => [...items.keys()][n] ?? null,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, text: string) => items.set(name, text),
    removeItem: (name: string) => items.delete(name),
  };
  return new BrowserStore(() => storage as unknown as Storage);
}
