export function Activity(_: { beside: boolean }) {
  return null;
}
