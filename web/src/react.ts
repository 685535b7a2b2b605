/** As much of React as the virtual list is written for; all of preact/compat would cost ten times that. */
import { type ComponentType, type FunctionComponent, options, type Ref, type VNode } from "preact";
import { jsx as draw } from "preact/jsx-runtime";
import { memo } from "./components/memo";

export {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
} from "preact/hooks";
export { memo };

/** React takes the numbers of a style as pixels; the list has lengths alone. */
export function jsx(
  type: ComponentType<object> & string,
  { style, ...props }: { readonly style?: object },
  key?: string,
): VNode {
  const lengths = Object.entries(style ?? {}).map(([name, value]) => [
    name,
    typeof value === "number" ? `${value}px` : value,
  ]);
  return draw(type, { ...props, ...(style && { style: Object.fromEntries(lengths) }) }, key);
}

/** Preact hands the `ref` on with the other properties. */
export function forwardRef<P extends { ref?: unknown }, T>(
  render: (props: P, ref: Ref<T> | null) => ReturnType<FunctionComponent>,
): FunctionComponent<P> {
  return (props) => render(props, (props.ref as Ref<T> | undefined) ?? null);
}

/** Draws at once, together, what `change` brings. */
export function flushSync<T>(change: () => T): T {
  const before = options.debounceRendering;
  let draw: (() => void) | undefined;
  options.debounceRendering = (later) => {
    draw = later;
  };
  try {
    const result = change();
    draw?.();
    return result;
  } finally {
    options.debounceRendering = before;
  }
}
