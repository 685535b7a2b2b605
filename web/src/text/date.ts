/** A day with its year, in the reader's language and zone. */
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

export function dateOf(at: number): string {
  return day.format(at);
}
