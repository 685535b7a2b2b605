/** A text to be taken elsewhere, with a button that copies it. */
import { useRef, useState } from "preact/hooks";
import { linkStrings } from "../link-strings";
import { copyText } from "../page/clipboard";

interface CopyFieldProps {
  id: string;
  label: string;
  text: string;
  /** Shown in lines of code. */
  code?: boolean;
}

export function CopyField({ id, label, text, code = false }: CopyFieldProps) {
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const [said, setSaid] = useState("");
  const copy = async () => {
    const copied = await copyText(text);
    if (!copied) field.current?.select();
    setSaid(copied ? linkStrings.copied : linkStrings.copyFailed);
  };
  const shared = { ref: field, id, readOnly: true, spellcheck: false };
  return (
    <div class={code ? "copy-field code" : "copy-field"}>
      <label for={id}>{label}</label>
      {code ? (
        <textarea {...shared} value={text} rows={text.split("\n").length} wrap="off" />
      ) : (
        <input {...shared} value={text} onFocus={(event) => event.currentTarget.select()} />
      )}
      <button type="button" class="quiet" onClick={copy}>
        {linkStrings.copy}
      </button>
      <small role="status">{said}</small>
    </div>
  );
}
