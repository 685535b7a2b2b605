/** Takes files that are chosen, pasted or dropped, and says why where one can't be taken. */
import type { App } from "../components/app";
import { fileStrings } from "../file-strings";
import { Attachments } from "../state/attachments";
import type { ChannelId } from "../state/channel";
import type { Client } from "../state/client";
import { threadKey } from "../state/writing";
import { fileNotice } from "./drops";
import { focusComposer } from "./focus";
import { forget, keep, left } from "./kept-files";
import { keepPicture } from "./local-pictures";
import { prepare } from "./preparing";

let one: Attachments | undefined;

/** Those of this page. */
export function attachmentsOf(client: Client): Attachments {
  const urlOf = (path: string) => new URL(path, location.href).href;
  const uploaded = (uuid: string, picture: string | undefined) => {
    if (picture) keepPicture(uuid, picture);
  };
  one ??= new Attachments(client, { prepare, uploaded, urlOf, keep, forget, left });
  return one;
}

/** Attaches files to what is written under `key`, as far as the server takes them. */
export async function attach(
  client: Client,
  key: string,
  channel: ChannelId,
  files: readonly File[],
): Promise<void> {
  const limits = client.files.value;
  if (limits === undefined) return;
  const attachments = attachmentsOf(client);
  const taken: File[] = [];
  for (const file of files) {
    const why =
      attachments.of(key).length + taken.length >= limits.perMessage
        ? fileStrings.tooMany(limits.perMessage)
        : await faultOf(file, limits.size);
    if (why === undefined) taken.push(file);
    else fileNotice.value = { why };
  }
  if (taken.length > 0) attachments.add(key, channel, taken);
}

async function faultOf(file: File, most: number): Promise<string | undefined> {
  const { name, size } = file;
  if (size > most) return fileStrings.tooLarge(name, most);
  try {
    // A folder looks like a file until it is read.
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return fileStrings.unreadable(name);
  }
  return size === 0 ? fileStrings.isEmpty(name) : undefined;
}

/** Opens the browser's own dialog, or the camera of a phone. */
export function choose(client: Client, key: string, channel: ChannelId, camera = false): void {
  const input = document.createElement("input");
  input.type = "file";
  if (camera) {
    input.accept = "image/*";
    input.setAttribute("capture", "environment");
  } else input.multiple = true;
  // Safari forgets an input that isn't in the document.
  input.hidden = true;
  document.body.append(input);
  input.addEventListener("cancel", () => input.remove());
  input.addEventListener("change", () => {
    void attach(client, key, channel, [...(input.files ?? [])]);
    input.remove();
  });
  input.click();
}

/** To the thread on which they are dropped, else to the open channel. */
export function takeDropped(app: App, files: readonly File[], inThread: boolean): void {
  const { client, dialog, side } = app;
  const id = client.open.value;
  if (dialog.value) return;
  if (client.closedBy(id) || client.readOnly.value) {
    fileNotice.value = { why: fileStrings.notHere };
    return;
  }
  const root = inThread && typeof side.value === "number" ? side.value : undefined;
  void attach(client, root === undefined ? id : threadKey(id, root), id, files);
  if (root === undefined) focusComposer();
  else document.getElementById("thread-composer")?.focus();
}
