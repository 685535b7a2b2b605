/** Chooses several people: by a few letters of their names, with those chosen above the field. */

import { useEffect, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { ofInputMethod } from "../page/input-method";
import { matching } from "../state/entries";
import type { Person } from "../state/people";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Cross } from "./Cross";
import { useSteadyRows } from "./steady";
import "../styles/channel-dialogs.css";

interface PeoplePickerProps {
  label: string;
  chosen: readonly Person[];
  choose: (people: readonly Person[]) => void;
  /** Whether people are shown before anything is typed. */
  suggests?: boolean;
  autofocus?: boolean;
}

const MOST_SHOWN = 6;

export function PeoplePicker({ label, chosen, choose, suggests, autofocus }: PeoplePickerProps) {
  const { client } = useApp();
  const [query, setQuery] = useState("");
  const [activeId, setActiveId] = useState<string | undefined>(undefined);
  const name = query.trim();
  const candidates = useCandidates(name, chosen);
  const best = name === "" && !suggests ? [] : candidates;
  const { rows, press } = useSteadyRows(best);
  const found = rows.filter(({ uuid }) => chosen.every((one) => one.uuid !== uuid));
  const active = Math.max(
    0,
    found.findIndex(({ uuid }) => uuid === activeId),
  );
  useEffect(() => {
    if (name === "" || client.people.total.value <= client.people.sorted.value.length) return;
    const timer = setTimeout(() => client.find(name).catch(() => undefined), 150);
    return () => clearTimeout(timer);
  }, [client, name]);

  const pick = (person: Person | undefined) => {
    // The list stands still for a moment after a press, and may still have who was just picked.
    if (person === undefined || chosen.some(({ uuid }) => uuid === person.uuid)) return;
    choose([...chosen, person]);
    setQuery("");
    setActiveId(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (ofInputMethod(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    if (step !== 0) setActiveId(found[(active + step + found.length) % found.length]?.uuid);
    else if (event.key === "Enter" && (name !== "" || activeId)) pick(found[active]);
    else if (event.key === "Backspace" && query === "") choose(chosen.slice(0, -1));
    else return;
    event.preventDefault();
  };
  return (
    <div class="picker">
      <label for="picker-field">{label}</label>
      {chosen.length > 0 && (
        <ul class="chips">
          {chosen.map((person) => (
            <li key={person.uuid}>
              <button
                type="button"
                aria-label={channelStrings.remove(person.name)}
                onClick={() => choose(chosen.filter(({ uuid }) => uuid !== person.uuid))}
              >
                <bdi>{person.name}</bdi>
                <Cross />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        id="picker-field"
        type="text"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="picker-found"
        aria-activedescendant={found.length > 0 ? `picker-${active}` : undefined}
        placeholder={channelStrings.findPeople}
        autocomplete="off"
        spellcheck={false}
        autofocus={autofocus}
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setActiveId(undefined);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        id="picker-found"
        role="listbox"
        aria-label={channelStrings.people}
        onPointerDown={press}
      >
        {found.map((person, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: The keys are the input's, as the combobox pattern has it.
          <div
            key={person.uuid}
            id={`picker-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            class="option"
            onClick={() => pick(person)}
          >
            <Avatar uuid={person.uuid} name={person.name} online={person.online} />
            <bdi>{person.name}</bdi>
          </div>
        ))}
      </div>
      {found.length === 0 && name !== "" && (
        <p class="aside" role="status">
          {channelStrings.nobodyCalled(name)}
        </p>
      )}
    </div>
  );
}

function useCandidates(name: string, chosen: readonly Person[]): Person[] {
  const { client } = useApp();
  const taken = new Set([client.session.me.value?.uuid, ...chosen.map(({ uuid }) => uuid)]);
  const others = client.people.reachable.value.filter(({ uuid }) => !taken.has(uuid));
  return matching(others, name).slice(0, MOST_SHOWN);
}
