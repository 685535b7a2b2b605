/** A row of a list of channels: the button that opens it, and what can be done with it. */
import type { ComponentChildren } from "preact";
import type { Details } from "../state/channel";
import { Avatar } from "./Avatar";
import { useApp } from "./app";

/** Opens the channel, and closes the dialog. */
export function useOpening(details: Details): () => void {
  const { client, dialog, route } = useApp();
  return () => {
    if (!client.channels.has(details.UUID)) client.channels.takeDetails(details);
    dialog.value = undefined;
    route.go(details.UUID);
  };
}

interface FoundChannelProps {
  details: Details;
  label: string;
  about: readonly (string | false | undefined)[];
  children: ComponentChildren;
}

export function FoundChannel({ details, label, about, children }: FoundChannelProps) {
  const open = useOpening(details);
  return (
    <li>
      <button type="button" class="found-channel" aria-label={label} onClick={open}>
        <Avatar uuid={details.UUID} name={details.Name} details={details} />
        <span>
          <bdi>{details.Name}</bdi>
          <small>{about.filter(Boolean).join(" · ")}</small>
        </span>
      </button>
      {children}
    </li>
  );
}
