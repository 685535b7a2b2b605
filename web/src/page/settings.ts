/** What the user chose for this browser: theme, density, the list, notifications, shortcuts. Its pages follow each other. */
import { type Signal, signal } from "@preact/signals";
import type { Store } from "../state/kept";

export type Theme = "system" | "light" | "dark";
export type Density = "cosy" | "compact";
export type Notify = "off" | "private" | "all";

export class Settings {
  readonly #reads = new Map<string, () => void>();
  readonly theme: Signal<Theme>;
  readonly density: Signal<Density>;
  readonly notify: Signal<Notify>;
  readonly singleKeys: Signal<boolean>;
  /** Whether channels with new messages stand at the top of the list. */
  readonly unreadFirst: Signal<boolean>;
  /** Whether a section of the list is folded, by its key; absent where the user never said. */
  readonly folded: Signal<Readonly<Record<string, boolean>>>;

  constructor(readonly kept: Store) {
    this.theme = this.keep<Theme>("chinwag.theme", "system");
    this.density = this.keep<Density>("chinwag.density", "cosy");
    this.notify = this.keep<Notify>("chinwag.notify", "off");
    this.singleKeys = this.keep<boolean>("chinwag.singleKeys", true);
    this.unreadFirst = this.keep<boolean>("chinwag.unreadFirst", true);
    this.folded = this.keep<Readonly<Record<string, boolean>>>("chinwag.folded", {});
  }

  /** Another page of this browser wrote the setting `name`. */
  changedElsewhere(name: string | null): void {
    this.#reads.get(name ?? "")?.();
  }

  /** Parts that load later keep what they need by another name. */
  keep<T>(name: string, otherwise: T): Signal<T> {
    const kept = () => this.kept.read<T>(name) ?? otherwise;
    const setting = signal(kept());
    this.#reads.set(name, () => {
      setting.value = kept();
    });
    setting.subscribe((value) => this.kept.write(name, value === otherwise ? undefined : value));
    return setting;
  }
}
