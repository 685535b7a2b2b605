/** A component that is drawn anew only when its properties have changed. */
import { type ComponentType, createElement, type FunctionComponent } from "preact";

interface Drawn<P> {
  props: P;
  shouldComponentUpdate?: (next: P) => boolean;
}

/** Properties of these names are compared by what is in them. */
export function memo<P extends object>(
  part: ComponentType<P>,
  nested: readonly string[] = [],
): FunctionComponent<P> {
  return function Memo(this: unknown, props: P) {
    (this as Drawn<P>).shouldComponentUpdate = function differs(this: Drawn<P>, next) {
      return !isSame(this.props, next, nested);
    };
    return createElement(part, props);
  };
}

function isSame(before: object, now: object, nested: readonly string[]): boolean {
  const values = new Map(Object.entries(now));
  const entries = Object.entries(before);
  return (
    entries.length === values.size &&
    entries.every(([name, was]) => {
      const is = values.get(name);
      return was === is || (nested.includes(name) && Boolean(was && is) && isSame(was, is, []));
    })
  );
}
