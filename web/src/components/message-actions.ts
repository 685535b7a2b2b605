/** What a user may do with a message of the open channel, and doing it. */
import { focusComposer } from "../page/focus";
import { learnEmoji } from "../page/quick-emoji";
import { toHash } from "../page/route";
import { GENERAL, isNamed } from "../state/channel";
import { excerptOf, isMine, type Line } from "../state/line";
import { threadKey } from "../state/writing";
import type { App } from "./app";

export interface Rights {
  readonly reacts: boolean;
  /** Answers, pins, and edits what is the user's own. */
  readonly writes: boolean;
  readonly edits: boolean;
  readonly deletes: boolean;
  readonly marks: boolean;
  readonly reports: boolean;
}

/** As the server checks them; it has the last word. */
export function rightsOf({ client }: App, line: Line): Rights {
  const channel = client.channels.get(client.open.value);
  const mine = line.sender === client.session.me.value?.uuid;
  const why = client.closedBy(channel.id);
  const isShared = channel.id === GENERAL || isNamed(channel);
  const owns = isShared && client.manages(channel.id);
  return {
    reacts: why !== "looking" && why !== "archived",
    writes: why === undefined,
    edits: mine && why === undefined,
    deletes: owns || (mine && why !== "looking"),
    marks: why !== "looking",
    reports: !mine && client.channels.supported.value,
  };
}

export function react({ client, settings }: App, line: Line, emoji: string): void {
  const id = client.open.value;
  const me = client.session.me.value?.uuid ?? "";
  const shown = client.changes.shown(id, line, me);
  const held = shown.reactions?.find((reaction) => reaction.emoji === emoji);
  const on = held === undefined || !isMine(shown, held, me);
  if (on) learnEmoji(settings.kept, emoji);
  const messageReact = { recipientUUID: id, seq: line.seq, emoji, on };
  client.changes.make({ type: "messageReact", messageReact });
}

/** In a thread the answer is written there. */
export function reply({ client }: App, line: Line, inThread: boolean): void {
  const { seq, sender, as, answered } = line;
  const id = client.open.value;
  const root = answered?.root ?? seq;
  const answers = { seq, root, sender, as, excerpt: excerptOf(line) };
  client.writing.answer(inThread ? threadKey(id, root) : id, answers);
  if (inThread) document.getElementById("thread-composer")?.focus();
  else focusComposer();
}

export function edit({ client }: App, { seq, text }: Line, inThread: boolean): void {
  client.writing.editing.value = { id: client.open.value, seq, text, inThread };
}

export function askToDelete({ dialog, message }: App, line: Line): void {
  message.value = line;
  dialog.value = "deleteMessage";
}

export function askToReport({ dialog, message }: App, line: Line): void {
  message.value = line;
  dialog.value = "report";
}

export function askWhoReacted({ dialog, message }: App, line: Line): void {
  message.value = line;
  dialog.value = "reactors";
}

export function pin({ client }: App, { seq, pinned = false }: Line): void {
  const messagePin = { recipientUUID: client.open.value, seq, on: !pinned };
  client.changes.make({ type: "messagePin", messagePin });
}

export function openThread({ side }: App, { seq, answered }: Line): void {
  side.value = answered?.root ?? seq;
}

/** A long press is for the menu, so that a finger selects within a text only once this is asked for. */
export function selectText(bubble: Element | null): void {
  const selection = getSelection();
  if (bubble === null || selection === null) return;
  bubble.classList.add("selectable");
  selection.selectAllChildren(bubble);
  const end = () => {
    if (!selection.isCollapsed) return;
    bubble.classList.remove("selectable");
    document.removeEventListener("selectionchange", end);
  };
  document.addEventListener("selectionchange", end);
}

export function linkTo({ client }: App, { seq }: Line): string {
  return `${location.origin}${location.pathname}${toHash(client.open.value, seq)}`;
}
