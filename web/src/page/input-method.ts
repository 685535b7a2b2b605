/** Keys that belong to an input method, as those who write Chinese, Japanese or Korean use it. */

/** The code of every key that the input method took. */
const TAKEN = 229;

/** Safari ends a composition before it tells of the key that ended it, so `isComposing` alone doesn't say. */
export function ofInputMethod(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === TAKEN;
}
