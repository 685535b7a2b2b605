/** Browser notifications of what others write, once the user has asked for them. */
import type { Message } from "@chinwag/client";
import { channelOf, GENERAL } from "../state/channel";
import type { Client } from "../state/client";
import { attentive } from "./attention";
import { toHash } from "./route";
import type { Notify, Settings } from "./settings";

/** `Notification` is absent where the page isn't served securely. */
export function canNotify(): boolean {
  return "Notification" in window;
}

/** Asks the browser when it has to; returns whether the choice holds now. */
export async function choose(settings: Settings, notify: Notify): Promise<boolean> {
  const allowed = notify === "off" || (await Notification.requestPermission()) === "granted";
  settings.notify.value = allowed ? notify : "off";
  return allowed;
}

export function notifyOfArrivals(client: Client, settings: Settings): void {
  client.arrivals.add((messages) => {
    const notify = settings.notify.value;
    if (
      notify === "off" ||
      attentive.value ||
      !canNotify() ||
      Notification.permission !== "granted"
    )
      return;
    const wanted = messages.filter(
      (message) => notify === "all" || message.RecipientUUID !== GENERAL,
    );
    const newest = wanted[wanted.length - 1];
    if (newest) void show(client, newest);
  });
}

/** One notification a channel: a newer one takes the place of the older, in every page of this browser. */
async function show(client: Client, message: Message): Promise<void> {
  const channel = channelOf(message, client.session.me.value?.uuid ?? "");
  const { Username } = message.Sender;
  const title = channel === GENERAL ? `${Username} · ${client.name(GENERAL)}` : Username;
  const options = {
    body: message.Message.slice(0, 200),
    tag: `chinwag-${channel}`,
    icon: "/icon-192.png",
    data: toHash(channel),
  };
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active) {
    await registration.showNotification(title, options);
    return;
  }
  const notification = new Notification(title, options);
  notification.onclick = () => {
    window.focus();
    location.hash = options.data;
    notification.close();
  };
}
