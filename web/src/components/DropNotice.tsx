/** Says that a dropped file wasn't taken. */
import { useEffect, useState } from "preact/hooks";
import { refusedDrops } from "../page/drops";
import { strings } from "../strings";

/** Long enough to be read, in milliseconds. */
const SHOWN_FOR = 5000;

export function DropNotice() {
  const drops = refusedDrops.value;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (drops === 0) return;
    setShown(true);
    const timer = setTimeout(() => setShown(false), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [drops]);
  return (
    <p class={shown ? "notice" : "unseen"} role="status">
      {shown ? strings.noFiles : ""}
    </p>
  );
}
