/** Puts text onto the clipboard. */

/** Resolves to whether it worked. Pages without TLS have no `navigator.clipboard`, only the older command. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard === undefined) return copyByCommand(text);
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function copyByCommand(text: string): boolean {
  const put = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
  };
  addEventListener("copy", put, { capture: true });
  const copied = document.execCommand("copy");
  removeEventListener("copy", put, { capture: true });
  return copied;
}
