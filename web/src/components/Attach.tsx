/** Buttons that attach files and photos to the next message; it takes files that are pasted, too. */
import { useEffect } from "preact/hooks";
import { fileStrings } from "../file-strings";
import { attach, attachmentsOf, choose } from "../page/attaching";
import { dragging } from "../page/dropped-files";
import { touch } from "../page/media";
import type { ChannelId } from "../state/channel";
import { useApp } from "./app";
import { DropTarget } from "./DropTarget";
import { fileIcons } from "./file-icons";
import { Drawing } from "./Icon";

interface AttachProps {
  /** Where the files are kept: a channel, or the key of a thread. */
  at: string;
  id: ChannelId;
  area: { readonly current: HTMLTextAreaElement | null };
  off: boolean;
}

export function Attach({ at, id, area, off }: AttachProps) {
  const { client } = useApp();
  // What a closed page left comes back.
  useEffect(() => void attachmentsOf(client), [client]);
  useEffect(() => {
    const field = area.current;
    const paste = (event: ClipboardEvent) => {
      const { files = [], types = [] } = event.clipboardData ?? {};
      // A table is copied as a text and a picture of it.
      if (files.length === 0 || types.includes("text/plain")) return;
      event.preventDefault();
      void attach(client, at, id, [...files]);
    };
    field?.addEventListener("paste", paste);
    return () => field?.removeEventListener("paste", paste);
  }, [client, area, at, id]);
  const button = (icon: "camera" | "clip", label: string) => (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      disabled={off}
      onClick={() => choose(client, at, id, icon === "camera")}
    >
      <Drawing path={fileIcons[icon]} />
    </button>
  );
  return (
    <>
      {button("clip", fileStrings.attach)}
      {touch.value && !client.drafts.get(at) && button("camera", fileStrings.takePhoto)}
      {dragging.value && at === id && !off && <DropTarget />}
    </>
  );
}
