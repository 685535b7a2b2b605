/** Whether somebody is looking, and the marks outside the page that say what is unread. */
import { effect, signal } from "@preact/signals";
import type { Client } from "../state/client";
import { strings } from "../strings";

/** Whether this page is in front of the user. */
export const attentive = signal(isAttentive());

function isAttentive(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

export function watchAttention(client: Client): void {
  const look = () => {
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
  effect(() => markUnread(client.channels.unread.value));
}

function markUnread(unread: number): void {
  document.title = unread > 0 ? `(${unread}) ${strings.name}` : strings.name;
  const icon = document.getElementById("favicon") as HTMLLinkElement | null;
  if (icon) icon.href = unread > 0 ? "/icon-unread.svg" : "/icon.svg";
  const marked = unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.();
  marked?.catch(() => undefined);
}
