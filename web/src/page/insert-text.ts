/** Puts a text where the user writes, as a key would: the browser's undo takes it back. */

/** The focus stays where it was, and no keyboard of a touch screen comes up. */
export function insertText(field: HTMLTextAreaElement, text: string): void {
  const focused = document.activeElement;
  const { inputMode } = field;
  field.inputMode = "none";
  field.focus();
  // The one way that keeps undo; browsers that don't know it insert without.
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  field.inputMode = inputMode;
  if (focused instanceof HTMLElement) focused.focus();
}
