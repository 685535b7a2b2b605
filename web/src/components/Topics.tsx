/** A dialog of several topics, of which one is shown; the arrow keys lead from one to the next. */
import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./Dialog";

export type Topic = readonly [name: string, label: string, shown: ComponentType];

interface TopicsProps {
  title: string;
  topics: readonly [Topic, ...Topic[]];
  /** The name of the one that is open at first. */
  first?: string | undefined;
}

export function Topics({ title, topics, first }: TopicsProps) {
  const [chosen, setChosen] = useState(first);
  const [topic, , Topic] = topics.find(([name]) => name === chosen) ?? topics[0];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = topics.findIndex(([name]) => name === topic);
    const to = (at + step + topics.length) % topics.length;
    setChosen(topics[to]?.[0]);
    (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };
  return (
    <Dialog title={title} class="settings">
      <div class="topics" role="tablist" aria-label={title} onKeyDown={onKeyDown}>
        {topics.map(([name, label]) => (
          <button
            key={name}
            id={`topic-${name}`}
            type="button"
            role="tab"
            aria-selected={name === topic}
            aria-controls="topic"
            tabIndex={name === topic ? 0 : -1}
            onClick={() => setChosen(name)}
          >
            {label}
          </button>
        ))}
      </div>
      <div class="topic" id="topic" role="tabpanel" aria-labelledby={`topic-${topic}`}>
        <Topic />
      </div>
    </Dialog>
  );
}
