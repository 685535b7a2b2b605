/** What a selection across messages of the open channel is copied as: a line "name, time: text" for each. */
import type { Client } from "../state/client";
import { timeOf } from "../text/dates";

export function watchCopies(client: Client): void {
  document.addEventListener("copy", (event) => {
    const list = document.getElementById("messages");
    const selection = getSelection();
    if (list === null || selection === null || !list.contains(event.target as Node)) return;
    const parts = selectedParts(list, selection);
    // A part of one message is copied as it is.
    if (parts.length < 2) return;
    event.preventDefault();
    event.clipboardData?.setData("text/plain", copiedText(messagesOf(client, parts)));
  });
}

/** A whole message is copied as it was written, with the marks that it is drawn by. */
function messagesOf(client: Client, parts: readonly SelectedPart[]): CopiedMessage[] {
  const timeline = client.history.timeline(client.open.value);
  return parts.flatMap(({ seq, text, whole }) => {
    const line = timeline.lines[timeline.indexOf(seq)];
    if (line === undefined) return [];
    const name = line.as ?? client.personName(line.sender);
    return [{ name, time: timeOf(line.at), text: whole ? line.text.trim() : text }];
  });
}

interface CopiedMessage {
  readonly name: string;
  readonly time: string;
  readonly text: string;
}

function copiedText(messages: readonly CopiedMessage[]): string {
  return messages.map(({ name, time, text }) => `${name}, ${time}: ${text}`).join("\n");
}

/** What of a message is selected. */
interface SelectedPart {
  readonly seq: number;
  readonly text: string;
  readonly whole: boolean;
}

/** The parts of the messages in `list` that are selected, in the order of the messages. */
function selectedParts(list: HTMLElement, selection: Selection): SelectedPart[] {
  if (selection.rangeCount === 0) return [];
  const range = selection.getRangeAt(0);
  return [...list.querySelectorAll<HTMLElement>(".message[data-seq]")]
    .filter((message) => range.intersectsNode(message))
    .map((message) => partOf(message, range))
    .filter(({ text }) => text !== "")
    .sort((a, b) => a.seq - b.seq);
}

function partOf(message: HTMLElement, range: Range): SelectedPart {
  const part = document.createRange();
  part.selectNodeContents(message.querySelector(".bubble") ?? message);
  const all = part.toString().trim();
  if (part.comparePoint(range.startContainer, range.startOffset) === 0)
    part.setStart(range.startContainer, range.startOffset);
  if (part.comparePoint(range.endContainer, range.endOffset) === 0)
    part.setEnd(range.endContainer, range.endOffset);
  // A selection that only touches the message's edge has nothing of it.
  const bubble = range.intersectsNode(message.querySelector(".bubble") ?? message);
  const text = bubble ? part.toString().trim() : "";
  return { seq: Number(message.dataset.seq), text, whole: text === all };
}
