/** The heading of a section of the list; that of everybody else shows and hides them. */
import { strings } from "../strings";
import { useApp } from "./app";
import { Icon } from "./Icon";
import type { Heading } from "./sections";

export function ListHeading({ section, count }: Heading) {
  const { sections } = useApp();
  const title = strings.sections[section];
  if (section !== "others") return <h2 class="list-head">{title}</h2>;
  const shown = sections.othersShown.value ?? false;
  return (
    <h2 class="list-head">
      <button
        type="button"
        aria-expanded={shown}
        // The list holds its rows still while one is pressed; this one changes them.
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => {
          sections.othersShown.value = !shown;
        }}
      >
        <Icon name="fold" />
        {title} <span>{count.toLocaleString()}</span>
      </button>
    </h2>
  );
}
