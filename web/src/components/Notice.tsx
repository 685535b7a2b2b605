/** A sentence that is shown for a moment. */
import { useEffect, useState } from "preact/hooks";
import "../styles/notice.css";

/** Long enough to be read, in milliseconds. */
const SHOWN_FOR = 5000;

interface NoticeProps {
  of: unknown;
  text: string;
  bad?: boolean;
  /** What leads on from there. */
  more?: { readonly label: string; readonly act: () => void };
}

/** Shown anew for each `of`. */
export function Notice({ of, text, bad = false, more }: NoticeProps) {
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
      {shown && more && (
        <button
          type="button"
          class="link"
          onClick={() => {
            setShown(false);
            more.act();
          }}
        >
          {more.label}
        </button>
      )}
    </p>
  );
}
