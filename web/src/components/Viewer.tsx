/** A picture or a video over the whole page: zoomed and moved by mouse, keys and fingers, downloaded, copied, and the next one. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { fileStrings, sizeOf } from "../file-strings";
import { copyPicture } from "../page/clipboard-picture";
import { addressOf, useFileAccess } from "../page/file-access";
import { strings } from "../strings";
import { fullDate } from "../text/dates";
import { useApp } from "./app";
import { Cross } from "./Cross";
import { fileIcons } from "./file-icons";
import { isVideo } from "./file-kinds";
import { Drawing } from "./Icon";
import { around, type Viewed, viewed } from "./viewing";
import { Zoom } from "./zoom";
import "../styles/viewer.css";

export function Viewer() {
  const app = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = viewed.value;
  const all = shown ? around(app, shown) : [];
  const at = all.findIndex(({ file }) => file.UUID === shown?.file.UUID);
  const close = () => {
    app.dialog.value = undefined;
  };
  useLayoutEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  useEffect(() => {
    // Its message was deleted.
    if (at < 0) close();
  }, [at]);
  if (shown === undefined || at < 0) return null;
  const go = (step: number) => {
    viewed.value = all[at + step] ?? shown;
  };
  return (
    <dialog
      ref={dialog}
      class="viewer"
      aria-label={fileStrings.viewer}
      onClose={(event) => event.currentTarget.isConnected && close()}
    >
      <Shown key={shown.file.UUID} {...{ shown, at, go, close }} of={all.length} />
    </dialog>
  );
}

interface ShownProps {
  shown: Viewed;
  at: number;
  of: number;
  go: (step: number) => void;
  close: () => void;
}

function Shown({ shown: { file, line }, at, of, go, close }: ShownProps) {
  const { client } = useApp();
  const [told, tell] = useState("");
  const [failed, setFailed] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const zoom = useZoom(stage, go);
  const access = useFileAccess(client);
  const video = isVideo(file);
  const copy = async () => {
    const copied = await copyPicture(addressOf(file.UUID));
    tell(copied ? fileStrings.copied : fileStrings.notCopied);
  };
  const tool = (icon: keyof typeof fileIcons, label: string, act: () => void, off = false) => (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      disabled={off}
      onClick={act}
    >
      <Drawing path={fileIcons[icon]} />
    </button>
  );
  return (
    <>
      <header>
        <div>
          <strong>
            <bdi>{file.Name}</bdi>
          </strong>
          <small>
            <bdi>{client.personName(line.sender)}</bdi>, {fullDate(line.at)} · {sizeOf(file.Size)}
            {of > 1 && ` · ${fileStrings.place(at + 1, of)}`}
          </small>
        </div>
        {!video && (
          // Without room for them there are fingers.
          <span class="zooms">
            {tool("minus", fileStrings.zoomOut, () => zoom()?.by(1 / 1.5))}
            {tool("plus", fileStrings.zoomIn, () => zoom()?.by(1.5))}
          </span>
        )}
        {!video && tool("copy", fileStrings.copy, () => void copy())}
        <a
          class="icon-button"
          href={addressOf(file.UUID)}
          download={file.Name}
          aria-label={fileStrings.downloadOf(file.Name, sizeOf(file.Size))}
          title={fileStrings.download}
        >
          <Drawing path={fileIcons.download} />
        </a>
        <button
          type="button"
          class="icon-button"
          aria-label={strings.close}
          title={strings.close}
          autofocus
          onClick={close}
        >
          <Cross />
        </button>
      </header>
      <div ref={stage} class="stage">
        {access &&
          (video ? (
            // biome-ignore lint/a11y/useMediaCaption: What people send has none.
            <video
              controls
              playsInline
              autoplay
              src={addressOf(file.UUID)}
              aria-label={file.Name}
            />
          ) : failed && !file.Preview ? (
            <p>{fileStrings.gone}</p>
          ) : (
            <img
              src={addressOf(file.UUID, failed)}
              alt={file.Name}
              width={file.Width}
              height={file.Height}
              draggable={false}
              onError={() => setFailed(true)}
            />
          ))}
      </div>
      {of > 1 && (
        <>
          <span class="previous">
            {tool("previous", fileStrings.previous, () => go(-1), at === 0)}
          </span>
          <span class="next">{tool("next", fileStrings.next, () => go(1), at === of - 1)}</span>
        </>
      )}
      <p role="status">{told}</p>
    </>
  );
}

/** Keys and gestures on the picture. */
function useZoom(stage: { current: HTMLElement | null }, go: (step: number) => void) {
  const zoom = useRef<Zoom | undefined>(undefined);
  const lead = useRef(go);
  lead.current = go;
  // What is seen answers at once, and goes on with its zoom when something beside it changes.
  useLayoutEffect(() => {
    const picture = stage.current?.querySelector("img");
    if (!stage.current || !picture || picture === zoom.current?.picture) return;
    zoom.current?.end();
    zoom.current = new Zoom(stage.current, picture, (step) => lead.current(step));
  });
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.target as Element).closest("video")) return;
      const act = {
        ArrowLeft: () => go(-1),
        ArrowRight: () => go(1),
        "+": () => zoom.current?.by(1.5),
        "-": () => zoom.current?.by(1 / 1.5),
        "0": () => zoom.current?.reset(),
      }[event.key];
      if (!act || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
  return () => zoom.current;
}
