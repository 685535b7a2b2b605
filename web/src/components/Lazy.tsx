/** Parts that load when they are first needed. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { strings } from "../strings";

/** `load` imports the module that has the part under this name; nothing is said where an `optional` one fails to load. */
export function lazy<K extends string, P extends object>(
  load: () => Promise<Record<K, ComponentType<P>>>,
  name: K,
  optional = false,
): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    // Unknown while it loads.
    const [failed, setFailed] = useState(loaded && false);
    useEffect(() => {
      // It may have come since this was drawn.
      if (loaded !== undefined) return setFailed(false);
      load().then(
        (module) => {
          loaded = module[name];
          setFailed(false);
        },
        () => setFailed(true),
      );
    }, []);
    if (failed && !optional) {
      return (
        <p class="lazy-failed" role="alert">
          {strings.lazyFailed}
        </p>
      );
    }
    const Part = loaded;
    return Part === undefined ? null : <Part {...props} />;
  };
}
