/** A block of code, which scrolls by itself, by keys too, and can be copied. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { copyText } from "../page/clipboard";
import { strings } from "../strings";
import { Icon } from "./Icon";

/** Where it scrolls, Tab leads to it, and the arrow keys move it. */
const REGION = { tabIndex: 0, role: "region", "aria-label": strings.code } as const;

export function CodeBlock({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const box = useRef<HTMLPreElement>(null);
  const goesOn = useGoesOn(box);
  const label = copied ? strings.copied : strings.copyCode;
  return (
    <div class="code-block">
      <pre ref={box} dir="ltr" {...(goesOn && REGION)}>
        <code>{text}</code>
      </pre>
      <button
        type="button"
        class="copy"
        aria-label={label}
        title={label}
        onClick={() => void copyText(text).then(setCopied)}
        onBlur={() => setCopied(false)}
      >
        <Icon name={copied ? "check" : "copy"} />
      </button>
    </div>
  );
}

/** Whether a line is longer than the block is wide. */
function useGoesOn(box: { current: HTMLElement | null }): boolean {
  const [goesOn, setGoesOn] = useState(false);
  useLayoutEffect(() => {
    const block = box.current;
    if (block === null) return;
    const measure = () => setGoesOn(block.scrollWidth > block.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(block);
    return () => observer.disconnect();
  }, [box]);
  return goesOn;
}
