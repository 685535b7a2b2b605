/** Whether a text shows anything; the server refuses a message that doesn't. */

/** A letter, number, punctuation or symbol with ink: neither ignorable nor one of Unicode's blanks. */
const INK =
  /(?![\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{13441}-\u{13446}\u{16fe4}\u{1d159}])[\p{L}\p{N}\p{P}\p{S}]/u;

export function shows(text: string): boolean {
  return INK.test(text);
}
