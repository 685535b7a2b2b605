/** Leads back to where messages are written. */

export function focusComposer(): void {
  document.getElementById("composer")?.focus();
}
