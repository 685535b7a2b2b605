/** Keeps the focus in a dialog or panel when what has it goes or is off for a while. */

const CONTROLS = "a[href], button, input, select, textarea, [tabindex='0']";

/** What has the focus, and how things were around it when it came there. */
interface Held {
  readonly element: HTMLElement;
  /** From its parent up to the container. */
  readonly around: readonly Element[];
  readonly order: readonly HTMLElement[];
}

/** Returns a function that ends it. */
export function keepFocus(container: HTMLElement): () => void {
  let held: Held | undefined;
  const came = ({ target }: FocusEvent) => {
    held = hold(container, target as HTMLElement);
  };
  const left = ({ target }: FocusEvent) => {
    // What is removed is still there at this moment.
    queueMicrotask(() => {
      if (held?.element === target && canHold(held.element)) held = undefined;
    });
  };
  const changes = new MutationObserver(() => {
    if (!held || document.activeElement !== document.body) return;
    if (canHold(held.element)) held.element.focus();
    else if (!held.element.isConnected) successorOf(held)?.focus();
  });
  container.addEventListener("focusin", came);
  container.addEventListener("focusout", left);
  const attributeFilter = ["disabled"];
  changes.observe(container, { subtree: true, childList: true, attributes: true, attributeFilter });
  return () => {
    changes.disconnect();
    container.removeEventListener("focusin", came);
    container.removeEventListener("focusout", left);
  };
}

function hold(container: HTMLElement, element: HTMLElement): Held {
  const around: Element[] = [];
  for (let at = element.parentElement; at && container.contains(at); at = at.parentElement)
    around.push(at);
  return { element, around, order: controlsIn(container) };
}

/** What came in its place, or else the control that stands next to it, as near as there is one. */
function successorOf({ element, around, order }: Held): HTMLElement | undefined {
  const at = order.indexOf(element);
  for (const place of around.filter(({ isConnected }) => isConnected)) {
    const there = controlsIn(place);
    const came = there.find((control) => !order.includes(control));
    const next = order.find((control, index) => index > at && there.includes(control));
    const found = came ?? next ?? there.at(-1);
    if (found) return found;
  }
  return undefined;
}

function controlsIn(place: Element): HTMLElement[] {
  return [...place.querySelectorAll<HTMLElement>(CONTROLS)].filter(canHold);
}

function canHold(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(":disabled") && element.checkVisibility();
}
