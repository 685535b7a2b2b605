/** A message's text as elements. */
import type { ComponentChild } from "preact";

import type { Item, Piece } from "../text/parse";
import { ParsedTexts } from "../text/parsed-texts";
import { CodeBlock } from "./CodeBlock";
import { memo } from "./memo";

const parsedTexts = new ParsedTexts();

export const MessageText = memo(function MessageText({ text }: { text: string }) {
  const { pieces, onlyEmoji } = parsedTexts.of(text);
  return (
    <div class={onlyEmoji ? "text large" : "text"} dir="auto">
      {pieces.map(element)}
    </div>
  );
});

function element(piece: Piece): ComponentChild {
  switch (piece.kind) {
    case "text":
      return piece.text;
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
}

function listItem({ mark, depth, pieces }: Item): ComponentChild {
  return (
    <li data-depth={depth || undefined} dir="auto">
      <span>{mark}</span>
      <div>{pieces.map(element)}</div>
    </li>
  );
}
