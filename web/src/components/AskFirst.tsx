/** A question in place, before something is done that others notice. */
import type { ComponentChildren } from "preact";
import { peopleStrings } from "../people-strings";
import { Failure } from "./Failure";
import { useBorrowedFocus } from "./kept-focus";
import { useWork } from "./working";

interface AskFirstProps {
  title: string;
  about: string;
  yes: string;
  /** Resolves when it is done; the question then goes. */
  act: () => Promise<unknown>;
  end: () => void;
  children?: ComponentChildren;
}

export function AskFirst({ title, about, yes, act, end, children }: AskFirstProps) {
  const work = useWork();
  const box = useBorrowedFocus<HTMLFieldSetElement>();
  const go = async () => {
    if (await work.run(act)) end();
  };
  return (
    <fieldset
      ref={box}
      class="ask-first"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        end();
      }}
    >
      <strong>{title}</strong>
      <p class="aside">{about}</p>
      {children}
      <div class="dialog-actions">
        <button type="button" class="quiet bad" disabled={work.busy} onClick={go}>
          {yes}
        </button>
        <button type="button" class="quiet" onClick={end}>
          {peopleStrings.cancel}
        </button>
      </div>
      <Failure work={work} />
    </fieldset>
  );
}
