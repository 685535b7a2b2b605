/** The words of a text, compared without regard to case, accents and width, and where they stand. */

export interface Word {
  /** As it is compared. */
  readonly folded: string;
  /** Of a script without spaces, in which any part of it is found. */
  readonly spaceless: boolean;
  /** Where each character of `folded` begins in the text, and behind them where the last one ends. */
  readonly places: readonly number[];
}

type Sort = "letter" | "spaceless" | "symbol" | "gap";

/** Accents, the points of Hebrew and Arabic, and characters that aren't seen; the marks of kana make other letters. */
const IGNORED =
  /(?!\u3099|\u309a)(?=\p{Mn})[\p{sc=Zinh}\p{sc=Hebr}\p{sc=Arab}\p{sc=Cyrl}]|[\p{Cf}\u0640]|\p{Emoji_Modifier}/gu;
/** Letters that people write without their stroke, or as two. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  þ: "th",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  ħ: "h",
  ŧ: "t",
  ı: "i",
  ς: "σ",
};
const SPACELESS =
  /[ー\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const LETTER = /[\p{L}\p{N}\p{M}\p{Co}]/u;
/** In ASCII there are none that count. */
const SYMBOL = /[^\0-\x7f]/u;

export function words(text: string): Word[] {
  const found: Word[] = [];
  let folded = "";
  let places: number[] = [];
  let sort: Sort = "gap";
  let at = 0;
  const end = () => {
    if (folded !== "")
      found.push({ folded, spaceless: sort === "spaceless", places: [...places, at] });
    folded = "";
    places = [];
  };
  for (const char of text) {
    const more = fold(char);
    const next: Sort = more === "" ? sort : sortOf(more, sort);
    if (next !== sort || (next === "symbol" && more !== "")) end();
    sort = next;
    if (next !== "gap") {
      folded += more;
      for (let n = 0; n < more.length; n++) places.push(at);
    }
    at += char.length;
  }
  end();
  return found;
}

function fold(char: string): string {
  const plain = char.normalize("NFKD").toLowerCase().replace(IGNORED, "");
  return [...plain]
    .map((each) => SPELLED[each] ?? each)
    .join("")
    .normalize("NFC");
}

function sortOf(folded: string, before: Sort): Sort {
  const isMark = /^\p{M}/u.test(folded);
  if (isMark && (before === "letter" || before === "spaceless")) return before;
  if (SPACELESS.test(folded) && !/^\p{P}/u.test(folded)) return "spaceless";
  if (LETTER.test(folded)) return "letter";
  return SYMBOL.test(folded) && /[\p{S}\p{Emoji}]/u.test(folded) ? "symbol" : "gap";
}
