/** What a selection across messages is copied as: a line "name, time: text" for each. */

export interface CopiedMessage {
  readonly name: string;
  readonly time: string;
  readonly text: string;
}

export function copiedText(messages: readonly CopiedMessage[]): string {
  return messages.map(({ name, time, text }) => `${name}, ${time}: ${text}`).join("\n");
}

/** What of a message is selected. */
export interface SelectedPart {
  readonly seq: number;
  readonly text: string;
  readonly whole: boolean;
}

/** The parts of the messages in `list` that are selected, in the order of the messages. */
export function selectedParts(list: HTMLElement, selection: Selection): SelectedPart[] {
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
