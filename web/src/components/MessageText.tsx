/** A message's text as elements. */
import type { ComponentChild } from "preact";

import type { Item, Piece } from "../text/parse";
import { ParsedTexts } from "../text/parsed-texts";
import { CodeBlock } from "./CodeBlock";
import { memo } from "./memo";

const parsedTexts = new ParsedTexts();

interface MessageTextProps {
  text: string;
  /** The name by which it mentions the reader. */
  mention?: string | false | undefined;
}

export const MessageText = memo(function MessageText({ text, mention }: MessageTextProps) {
  const { pieces, onlyEmoji } = parsedTexts.of(text);
  const element = (piece: Piece): ComponentChild => {
    switch (piece.kind) {
      case "text":
        return mention ? marked(piece.text, `@${mention}`) : piece.text;
      case "link":
        return (
          <a
            href={piece.address}
            title={piece.text === piece.address ? undefined : piece.address}
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {piece.text}
          </a>
        );
      case "code":
        return <code dir="ltr">{piece.text}</code>;
      case "block":
        return <CodeBlock text={piece.text} />;
      case "quote":
        return <blockquote dir="auto">{piece.pieces.map(element)}</blockquote>;
      case "list":
        return <ul>{piece.items.map(listItem)}</ul>;
      case "strong":
        return <strong>{piece.pieces.map(element)}</strong>;
      case "em":
        return <em>{piece.pieces.map(element)}</em>;
      case "strike":
        return <s>{piece.pieces.map(element)}</s>;
    }
  };
  const listItem = ({ mark, depth, pieces }: Item): ComponentChild => (
    <li data-depth={depth || undefined} dir="auto">
      <span>{mark}</span>
      <div>{pieces.map(element)}</div>
    </li>
  );
  return (
    <div class={onlyEmoji ? "text large" : "text"} dir="auto">
      {pieces.map(element)}
    </div>
  );
});

/** The text with the mention in it marked, in whichever case it was written. */
function marked(text: string, mention: string): ComponentChild {
  const literal = mention.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return text
    .split(new RegExp(`(${literal})(?!\\w)`, "i"))
    .map((part, n) => (n % 2 > 0 ? <mark key={n}>{part}</mark> : part));
}
