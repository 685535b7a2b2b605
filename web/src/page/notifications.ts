/** Browser notifications of what others write, once the user has asked for them; they go when it is read. */
import type { Message } from "@chinwag/client";
import { effect } from "@preact/signals";
import { notifyStrings } from "../notify-strings";
import { type ChannelId, channelOf, isLookedAt, levelOf, unreadOf } from "../state/channel";
import type { Client } from "../state/client";
import { saidIn } from "../state/files";
import { isFor, lineOf } from "../state/line";
import { silenceAt } from "../state/quiet";
import { attentive } from "./attention";
import { pushOf } from "./push";
import { toHash } from "./route";
import type { Notify, Settings } from "./settings";
import { choiceOf } from "./silence";
import { Speaker } from "./speaker";

const TAG = "chinwag-";
/** That of a push which stands for many messages. */
const MORE = "chinwag-more";

/** `Notification` is absent where the page isn't served securely. */
export function canNotify(): boolean {
  return "Notification" in window;
}

/** Whether this browser notifies from the home screen alone. An iPad says that it is a Mac, which has no touch screen. */
export function needsHomeScreen(): boolean {
  const isPad = navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1;
  return !canNotify() && isSecureContext && (isPad || /iPhone|iPad/.test(navigator.platform));
}

/** Asks the browser when it has to; returns whether the choice holds now. */
export async function choose(settings: Settings, notify: Notify): Promise<boolean> {
  const allowed = notify === "off" || (await Notification.requestPermission()) === "granted";
  settings.notify.value = allowed ? notify : "off";
  return allowed;
}

export function watchNotifications(client: Client, settings: Settings): void {
  if (!canNotify()) return;
  pushOf(client, settings);
  const speaker = new Speaker(client.session.live, attentive);
  client.incoming.arrivals.add((messages) => {
    const notify = settings.notify.value;
    if (notify === "off" || Notification.permission !== "granted") return;
    const wanted = messages.filter((message) => isWanted(client, notify, message));
    const newest = wanted.at(-1);
    if (newest) void tell(client, speaker, newest);
  });
  let unread: ReadonlySet<ChannelId> | undefined;
  effect(() => {
    if (client.session.signedIn.value && !client.channels.loaded.value) return;
    const channels = client.channels.sorted.value.filter((channel) => unreadOf(channel) > 0);
    const before = unread;
    unread = new Set(channels.map(({ id }) => id));
    if (!before || [...before].some((id) => !unread?.has(id))) void closeAllBut(unread);
  });
  // One that was pushed may be of a message that was read meanwhile.
  navigator.serviceWorker?.addEventListener("message", ({ data }: MessageEvent) => {
    if ("shown" in data && unread) void closeAllBut(unread);
  });
}

/** `private` means what is for the user: mentions, and all of a channel of which they want everything, as of those of few. */
export function isWanted(client: Client, notify: Notify, message: Message): boolean {
  const me = client.session.me.value?.uuid ?? "";
  const channel = client.channels.get(channelOf(message, me));
  if (isLookedAt(channel) || client.channels.isMuted(channel)) return false;
  return notify === "all" || levelOf(channel) === "all" || isFor(me, lineOf(message));
}

/** One notification a channel: a newer one takes the place of the older. */
async function tell(client: Client, speaker: Speaker, message: Message): Promise<void> {
  const channel = channelOf(message, client.session.me.value?.uuid ?? "");
  // A server of 0.1 has no quiet hours.
  const chosen = client.channels.supported.value ? await choiceOf(client).recent() : undefined;
  if (chosen && silenceAt(chosen, Date.now())) return;
  const [title, body] =
    chosen?.content === "nothing"
      ? [notifyStrings.plainTitle, notifyStrings.plainBody]
      : [titleOf(client, channel, message), saidIn(message.Message, message.Files).slice(0, 200)];
  const options = {
    body,
    tag: TAG + channel,
    icon: "/icon-192.png",
    data: toHash(channel, message.Seq),
  };
  const registration = await registered();
  const may = await speaker.mayTell();
  if (!may || client.channels.get(channel).read >= message.Seq) return;
  if (registration) await registration.showNotification(title, options);
  else showHere(title, options);
}

function titleOf(client: Client, channel: ChannelId, message: Message): string {
  const sender = message.As ?? message.Sender.Username;
  const shared = message.Recipient === undefined;
  return shared ? `${sender} · ${client.title(channel)}` : sender;
}

/** Those that this page shows by itself, where there is no service worker. */
const here = new Map<string, Notification>();

function showHere(title: string, options: NotificationOptions & { tag: string }): void {
  const notification = new Notification(title, options);
  here.set(options.tag, notification);
  notification.onclick = () => {
    window.focus();
    location.hash = String(options.data);
    notification.close();
  };
}

/** What was read in any page or on another device needs no notification any more. */
async function closeAllBut(unread: ReadonlySet<ChannelId>): Promise<void> {
  const shown = (await (await registered())?.getNotifications()) ?? [];
  for (const notification of [...shown, ...here.values()]) {
    const { tag } = notification;
    const isUnread = tag === MORE ? unread.size > 0 : unread.has(tag.slice(TAG.length));
    if (!tag.startsWith(TAG) || isUnread) continue;
    notification.close();
    here.delete(tag);
  }
}

async function registered(): Promise<ServiceWorkerRegistration | undefined> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return registration?.active ? registration : undefined;
}
