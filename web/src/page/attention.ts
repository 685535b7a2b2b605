/** Whether somebody is looking, and the marks outside the page that say what is unread. */
import { effect, signal } from "@preact/signals";
import type { App } from "../components/app";
import type { Channels } from "../state/channels";
import { strings } from "../strings";

/** Whether this page is in front of the user, and has the keys. */
export const attentive = signal(isAttentive());
/** Whether it is on a screen, though another window may have the keys. */
export const visible = signal(isVisible());

function isAttentive(): boolean {
  return isVisible() && document.hasFocus();
}

function isVisible(): boolean {
  return document.visibilityState === "visible";
}

export function watchAttention({ client, route }: App): void {
  const look = () => {
    visible.value = isVisible();
    attentive.value = isAttentive();
  };
  for (const name of ["focus", "blur"]) addEventListener(name, look);
  document.addEventListener("visibilitychange", () => {
    look();
    if (document.visibilityState === "visible") client.socket.wake();
    else client.reading.flush();
  });
  addEventListener("pagehide", () => client.reading.flush());
  addEventListener("online", () => client.socket.wake());
  addEventListener("offline", () => client.socket.wake());
  effect(() => {
    const { pane, channel } = route.place.value;
    const named = client.session.signedIn.value && pane === "channel";
    document.title = strings.title(
      client.channels.counted.value,
      client.channels.hasNews.value,
      named ? client.title(channel) : undefined,
    );
  });
  effect(() => mark(client.channels));
}

/** A badge without a number is a dot. */
function mark(channels: Channels): void {
  const hasNews = channels.hasNews.value;
  const counted = channels.counted.value;
  const icon = document.getElementById("favicon") as HTMLLinkElement;
  icon.href = hasNews ? "/icon-unread.svg" : "/icon.svg";
  const marked = hasNews
    ? navigator.setAppBadge?.(counted || undefined)
    : navigator.clearAppBadge?.();
  marked?.catch(() => undefined);
  if (counted > 0) number(icon, channels, counted).catch(() => undefined);
}

/** Without the number there is the dot. */
async function number(icon: HTMLLinkElement, { counted }: Channels, count: number): Promise<void> {
  const { numberedIcon } = await import("./favicon");
  const href = await numberedIcon(count);
  if (counted.peek() === count) icon.href = href;
}
