/** A block of code, which scrolls by itself and can be copied. */
import { useState } from "preact/hooks";
import { copyText } from "../page/clipboard";
import { strings } from "../strings";
import { Icon } from "./Icon";

export function CodeBlock({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const label = copied ? strings.copied : strings.copyCode;
  return (
    <div class="code-block">
      <pre dir="ltr">
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
