/** Leaves a channel that the user can't see any more, and tells of it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { App } from "../components/app";
import { strings } from "../strings";

/** Each time another object. */
const told = signal<{ readonly title: string } | undefined>(undefined);
export const goneChannel: ReadonlySignal<{ readonly title: string } | undefined> = told;

export function watchGone({ client, dialog, route, side }: App): void {
  client.incoming.gone.add(({ UUID, Name }) => {
    told.value = { title: strings.channelTitle(Name) };
    if (route.channel.value !== UUID) return;
    side.value = undefined;
    if (dialog.value === "addPeople") dialog.value = undefined;
    route.toStart();
  });
}
