/** The part of a message around the words that were searched for, with these marked. */
import { useMemo } from "preact/hooks";
import { excerpt } from "../text/marking";
import { plain } from "../text/plain";
import { soughtWords } from "../text/terms";

interface ExcerptProps {
  text: string;
  /** What was typed. */
  words?: string;
}

export function Excerpt({ text, words = "" }: ExcerptProps) {
  const parts = useMemo(() => excerpt(plain(text), soughtWords(words)), [text, words]);
  return (
    <span dir="auto">
      {parts.map(({ text: part, marked }, at) => (marked ? <mark key={at}>{part}</mark> : part))}
    </span>
  );
}
