/** The emoji picker: loaded when it is first opened, with its table. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ofInputMethod } from "../page/input-method";
import { insertText } from "../page/insert-text";
import { wide } from "../page/media";
import { settingsStrings } from "../settings-strings";
import { strings } from "../strings";
import { EMOJI, find } from "./emoji";
import "../styles/emoji.css";

interface EmojiPickerProps {
  /** Where the emoji are written, or what is done with one. */
  to: RefObject<HTMLTextAreaElement | null> | ((emoji: string) => void);
  close(): void;
}

export function EmojiPicker({ to, close }: EmojiPickerProps) {
  const pick = (emoji: string) => {
    if (typeof to === "function") to(emoji);
    else if (to.current) insertText(to.current, emoji);
  };
  const [query, setQuery] = useState("");
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A phone's keyboard would cover the emoji.
    box.current?.querySelector<HTMLElement>(wide.value ? "input" : "button")?.focus();
    const outside = (event: PointerEvent) => {
      const target = event.target as Element;
      if (!box.current?.contains(target) && !target.closest("[aria-expanded]")) close();
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [close]);
  useLayoutEffect(() => {
    const buttons = box.current?.querySelectorAll("button") ?? [];
    if (![...buttons].some(({ tabIndex }) => tabIndex === 0)) moveStop(buttons[0]);
  });
  const groups = query.trim() === "" ? EMOJI : find(query);
  return (
    <div
      ref={box}
      class="emoji-picker"
      role="dialog"
      aria-label={strings.emoji}
      onKeyDown={(event) => {
        if (ofInputMethod(event)) return;
        if (event.key === "Escape") close();
        else if (!walk(event)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <input
        type="search"
        value={query}
        placeholder={settingsStrings.searchEmoji}
        aria-label={settingsStrings.searchEmoji}
        autocomplete="off"
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      {/* One stop for Tab; the arrow keys lead on from there. */}
      <div class="emoji-groups" onFocusIn={(event) => moveStop(event.target)}>
        {groups.length === 0 && <p class="nobody">{settingsStrings.noEmojiFound}</p>}
        {groups.map(({ name, emoji }) => (
          <section key={name} aria-label={name}>
            <h3>{name}</h3>
            <div class="emoji-grid">
              {emoji.map(([sign, words]) => (
                <button
                  key={sign}
                  type="button"
                  tabIndex={-1}
                  title={words}
                  aria-label={words}
                  onClick={() => pick(sign)}
                >
                  {sign}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </div>
  );
}

/** Makes an emoji the one that Tab comes to. */
function moveStop(to: EventTarget | null | undefined): void {
  if (!(to instanceof HTMLButtonElement)) return;
  const before = to.closest(".emoji-groups")?.querySelector<HTMLElement>("button[tabindex='0']");
  if (before) before.tabIndex = -1;
  to.tabIndex = 0;
}

/** The arrow keys walk through the grid by what is beside and below on the screen. */
function walk(event: KeyboardEvent): boolean {
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll("button")];
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  if (at === -1) {
    if (event.key === "Enter") buttons[0]?.click();
    else if (event.key === "ArrowDown") buttons[0]?.focus();
    else return false;
    return true;
  }
  const columns = getComputedStyle(
    buttons[at]?.parentElement as HTMLElement,
  ).gridTemplateColumns.split(" ").length;
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
  };
  const step = steps[event.key];
  if (step === undefined) return false;
  buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
  return true;
}
