/** When to show what came unasked: together, with the next picture. */

/** A hidden page gets no animation frames; this is how long it waits at the most, in milliseconds. */
const LONGEST_WAIT = 200;

/** Calls `show` once, soon; returns how to call that off. */
export function withNextPicture(show: () => void): () => void {
  const timer = setTimeout(show, LONGEST_WAIT);
  const frame = requestAnimationFrame(show);
  return () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  };
}
