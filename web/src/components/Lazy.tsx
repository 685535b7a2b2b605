/** Parts that load when they are first needed. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { strings } from "../strings";

type Loader<P> = () => Promise<ComponentType<P>>;

export function lazy<P extends object>(load: Loader<P>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [, setState] = useState<"loading" | "loaded" | "failed">("loading");
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (part) => {
          loaded = part;
          setState("loaded");
        },
        () => setFailed(true),
      );
    }, []);
    if (failed) {
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
