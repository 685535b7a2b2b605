/** The name's picture, decorative: the name itself always stands beside it. */
export function Logo() {
  return <img class="logo" src="/icon.svg" alt="" width="64" height="64" />;
}
