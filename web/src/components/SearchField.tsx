/** The field of a search: its filters as chips, the text, and below them a list of options that the arrow keys walk through. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ofInputMethod } from "../page/input-method";
import { touch } from "../page/media";
import { searchStrings } from "../search-strings";
import type { Search } from "../state/search";
import { typedFilter, withFilter, withoutFilter } from "../text/terms";
import { useApp } from "./app";
import { Chips, Hints } from "./SearchChips";
import { settled, type Value, valuesOf } from "./search-filters";
import { useSteadyRows } from "./steady";
import { ValueOption } from "./ValueOption";
import "../styles/channel-dialogs.css";
import "../styles/search.css";

/** One line of the list. */
export interface Option {
  readonly key: string;
  /** Those of one group stand together. */
  readonly group: string;
  readonly shown: ComponentChildren;
  readonly choose: () => void;
}

interface SearchFieldProps {
  label: string;
  search: Search;
  /** Where no filter is being typed. */
  options: readonly Option[];
  /** Enter, where there is no option. */
  enter: () => void;
  /** The arrow down, where there is no option. */
  leave?: () => void;
  /** Below the options. */
  below?: ComponentChildren;
}

export function SearchField({ label, search, enter, leave, below, ...own }: SearchFieldProps) {
  const { client } = useApp();
  const input = useRef<HTMLInputElement>(null);
  const [activeKey, setActiveKey] = useState<string | undefined>(undefined);
  const terms = search.terms.value;
  const typed = typedFilter(terms.text);
  const values = typed === undefined ? [] : valuesOf(client, typed);
  const best = values.length > 0 ? values.map((value) => ofValue(value)) : own.options;
  const { rows: options, press } = useSteadyRows(best);
  const active = Math.max(
    0,
    options.findIndex(({ key }) => key === activeKey),
  );
  const isOpen = options.length > 0;
  useServerSearch(typed?.name === "from" || typed?.name === "in" ? typed.value : "");
  // On a touch screen the keyboard would cover what was found.
  const takesFocus = useRef(!touch.peek() || terms.text === "").current;
  useLayoutEffect(() => {
    // A dialog that isn't open yet leads the focus to what asks for it.
    if (takesFocus) input.current?.focus();
  }, []);
  useEffect(() => {
    document.getElementById(`search-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [active, activeKey]);

  const write = (text: string) => {
    search.terms.value = settled(client, { ...search.terms.peek(), text });
    setActiveKey(undefined);
  };
  function ofValue({ filter, name, ...value }: Value): Option {
    return {
      key: `${filter.name}:${filter.value}`,
      group: searchStrings.filters,
      shown: <ValueOption name={name} {...value} />,
      choose: () => {
        search.terms.value = withFilter({ ...terms, text: typed?.before ?? "" }, filter);
        setActiveKey(undefined);
        input.current?.focus();
      },
    };
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (ofInputMethod(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    const last = terms.filters.at(-1);
    if (step !== 0 && isOpen)
      setActiveKey(options[(active + step + options.length) % options.length]?.key);
    else if (event.key === "ArrowDown") leave?.();
    else if (event.key === "Enter" && isOpen) options[active]?.choose();
    else if (event.key === "Enter") enter();
    else if (event.key === "Tab" && !event.shiftKey && values.length > 0) options[active]?.choose();
    else if (event.key === "Backspace" && terms.text === "" && last)
      search.terms.value = withoutFilter(terms, last);
    else return;
    event.preventDefault();
  };
  return (
    <div class="search-field">
      <Chips search={search} done={() => input.current?.focus()} />
      <input
        ref={input}
        type="text"
        autofocus={takesFocus}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls="search-found"
        aria-autocomplete="list"
        aria-activedescendant={isOpen ? `search-${active}` : undefined}
        aria-label={label}
        placeholder={label}
        autocomplete="off"
        enterkeyhint="search"
        spellcheck={false}
        value={terms.text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {values.length === 0 && (
        <Hints
          add={(name) => {
            write(`${terms.text.trimEnd()} ${name}:`.trimStart());
            input.current?.focus();
          }}
        />
      )}
      <div
        id="search-found"
        role="listbox"
        aria-label={searchStrings.title}
        hidden={!isOpen}
        onPointerDown={press}
      >
        {grouped(options).map(([group, members]) => (
          // biome-ignore lint/a11y/useSemanticElements: a listbox has groups of this role alone.
          <div key={group} role="group" aria-label={group}>
            <p class="option-group" aria-hidden="true">
              {group}
            </p>
            {members.map(([option, index]) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: The keys are the input's, as the combobox pattern has it.
              <div
                key={option.key}
                id={`search-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                class="option"
                onClick={option.choose}
              >
                {option.shown}
              </div>
            ))}
          </div>
        ))}
      </div>
      {below}
    </div>
  );
}

/** The options in their groups, each with its place among all. */
function grouped(options: readonly Option[]): [string, [Option, number][]][] {
  const groups = new Map<string, [Option, number][]>();
  for (const [index, option] of options.entries()) {
    const members = groups.get(option.group);
    if (members) members.push([option, index]);
    else groups.set(option.group, [[option, index]]);
  }
  return [...groups];
}

/** Where there are more people than the list holds, the server knows the others. */
export function useServerSearch(query: string): void {
  const { client } = useApp();
  const name = query.trim();
  useEffect(() => {
    if (name === "" || client.people.total.value <= client.people.sorted.value.length) return;
    const timer = setTimeout(() => client.find(name).catch(() => undefined), 150);
    return () => clearTimeout(timer);
  }, [client, name]);
}
