/** A message's text on one line, without the marks that it is drawn by. */
import { type Piece, parse } from "./parse";

export function plain(text: string): string {
  return parse(text).map(plainPiece).join("").replace(/\s+/g, " ").trim();
}

function plainPiece(piece: Piece): string {
  switch (piece.kind) {
    case "text":
    case "link":
    case "code":
      return piece.text;
    case "block":
      return `\n${piece.text}\n`;
    case "list":
      return piece.items
        .map(({ mark, pieces }) => `\n${mark} ${pieces.map(plainPiece).join("")}`)
        .concat("\n")
        .join("");
    case "quote":
      return `\n${piece.pieces.map(plainPiece).join("")}\n`;
    default:
      return piece.pieces.map(plainPiece).join("");
  }
}
