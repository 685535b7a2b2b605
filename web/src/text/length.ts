/** A text's length as the server counts it: in characters, of which one beyond the first 65,536 is one, not two. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
