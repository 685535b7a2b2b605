/** The heading of a section of the list, which folds it and unfolds it. */
import { strings } from "../strings";
import { useApp } from "./app";
import { Icon } from "./Icon";
import type { Heading } from "./sections";

interface ListHeadingProps extends Heading {
  /** Whether Tab comes to it. */
  tabStop: boolean;
}

export function ListHeading({ section, title, count, shown, tabStop }: ListHeadingProps) {
  const { sections } = useApp();
  return (
    <h2 class="list-head">
      <button
        type="button"
        data-section={section}
        aria-expanded={shown}
        tabIndex={tabStop ? 0 : -1}
        // The list holds its rows still while one is pressed; this one changes them.
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => sections.show(section, !shown)}
      >
        <Icon name="fold" />
        <bdi>{title}</bdi>
        {(!shown || section === "others") && <span> {count.toLocaleString()}</span>}
      </button>
    </h2>
  );
}

/** Stands below General while there are no channels. */
export function ChannelHint() {
  const { dialog } = useApp();
  const ask = (name: "newChannel" | "browse") => () => {
    dialog.value = name;
  };
  return (
    <div class="list-hint">
      <p>{strings.noChannels}</p>
      <button type="button" class="link" onClick={ask("newChannel")}>
        {strings.newChannel}
      </button>
      <button type="button" class="link" onClick={ask("browse")}>
        {strings.browse}
      </button>
    </div>
  );
}
