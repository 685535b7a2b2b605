/** What the user chose for this browser: theme, notifications, shortcuts. */
import { type Signal, signal } from "@preact/signals";
import type { Store } from "../state/kept";

export type Theme = "system" | "light" | "dark";
export type Notify = "off" | "private" | "all";

export class Settings {
  readonly theme: Signal<Theme>;
  readonly notify: Signal<Notify>;
  readonly singleKeys: Signal<boolean>;

  constructor(readonly kept: Store) {
    this.theme = this.#keep<Theme>("chinwag.theme", "system");
    this.notify = this.#keep<Notify>("chinwag.notify", "off");
    this.singleKeys = this.#keep<boolean>("chinwag.singleKeys", true);
  }

  #keep<T>(name: string, otherwise: T): Signal<T> {
    const setting = signal(this.kept.read<T>(name) ?? otherwise);
    setting.subscribe((value) => this.kept.write(name, value === otherwise ? undefined : value));
    return setting;
  }
}
