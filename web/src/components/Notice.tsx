/** A sentence that is shown for a moment. */
import { useEffect, useState } from "preact/hooks";
import "../styles/notice.css";

/** Long enough to be read, in milliseconds. */
const SHOWN_FOR = 5000;

/** Shown anew for each `of`. */
export function Notice({ of, text, bad = false }: { of: unknown; text: string; bad?: boolean }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (of === undefined) return;
    setShown(true);
    const timer = setTimeout(() => setShown(false), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [of]);
  return (
    <p class={shown ? `notice${bad ? "" : " calm"}` : "unseen"} role="status">
      {shown ? text : ""}
    </p>
  );
}
