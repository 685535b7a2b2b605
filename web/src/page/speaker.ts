/** Which page of this browser speaks for all: one tells of what comes in, and only while none is looked at. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";

const SPEAKER = "chinwag.speaker";
const LOOKED_AT = "chinwag.looked-at";

/** Locks end with their page, however it ends. Browsers have them wherever they have notifications. */
const locks: LockManager | undefined = navigator.locks;

export class Speaker {
  readonly #speaks: ReadonlySignal<boolean>;

  /** `live` tells whether this page hears of what comes in, `attentive` whether it is looked at. */
  constructor(live: ReadonlySignal<boolean>, attentive: ReadonlySignal<boolean>) {
    this.#speaks = holdWhile(live, SPEAKER, "exclusive");
    holdWhile(attentive, LOOKED_AT, "shared");
  }

  async mayTell(): Promise<boolean> {
    if (!this.#speaks.value) return false;
    const { held } = (await locks?.query()) ?? {};
    return !held?.some(({ name }) => name === LOOKED_AT);
  }
}

/** Returns whether this page has the lock, which it waits for and has while `wanted` holds. */
function holdWhile(
  wanted: ReadonlySignal<boolean>,
  name: string,
  mode: LockMode,
): ReadonlySignal<boolean> {
  const held = signal(locks === undefined);
  effect(() => {
    if (!wanted.value || locks === undefined) return;
    const waiting = new AbortController();
    let release = () => waiting.abort();
    const hold = () => {
      held.value = true;
      return new Promise<void>((done) => {
        release = done;
      });
    };
    locks.request(name, { mode, signal: waiting.signal }, hold).catch(() => undefined);
    return () => {
      held.value = false;
      release();
    };
  });
  return held;
}
