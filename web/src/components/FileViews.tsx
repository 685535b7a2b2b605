/** The pictures, videos, sounds and other files of a message, as they are shown in the column. */
import { useEffect, useState } from "preact/hooks";
import { fileStrings, sizeOf } from "../file-strings";
import { addressOf, renewAccess, useFileAccess } from "../page/file-access";
import { localPicture } from "../page/local-pictures";
import type { FileInfo } from "../state/files";
import type { Line } from "../state/line";
import { useApp } from "./app";
import { fileIcons } from "./file-icons";
import { isShown, isSound, isVideo } from "./file-kinds";
import { Drawing } from "./Icon";
import { view } from "./viewing";
import "../styles/files.css";

interface FileViewsProps {
  line: Line;
  files: readonly FileInfo[];
}

export function Pictures({ line, files }: FileViewsProps) {
  const [only, another] = files;
  if (only && !another && isVideo(only) && line.seq > 0) return <Video file={only} />;
  return files.map((file) => <Tile key={file.UUID} line={line} file={file} />);
}

function Tile({ line, file }: { line: Line; file: FileInfo }) {
  const app = useApp();
  const video = isVideo(file);
  const { Name } = file;
  const name = video ? fileStrings.video(Name) : fileStrings.picture(Name);
  return (
    <button
      type="button"
      class="tile"
      aria-label={fileStrings.open(name)}
      disabled={line.seq === 0}
      onClick={() => view(app, line, file)}
    >
      {(!video || file.Preview) && <Picture file={file} />}
      {video && <Drawing path={fileIcons.play} />}
    </button>
  );
}

/** A small picture of the file; its name where it can't be shown. */
function Picture({ file }: { file: FileInfo }) {
  const { client } = useApp();
  const [tries, setTries] = useState(0);
  const access = useFileAccess(client);
  const live = client.session.live.value;
  // What a lost connection broke is tried again.
  useEffect(() => setTries(0), [live]);
  const local = localPicture(file.UUID);
  if (!access && !local) return null;
  if (tries > 1) return <span class="no-picture">{file.Name}</span>;
  return (
    <img
      key={tries}
      src={local ?? addressOf(file.UUID, file.Preview && !moves(file))}
      alt=""
      decoding="async"
      draggable={false}
      onError={() => {
        // The cookie ends with the access key by which it was set.
        void renewAccess(client).then(() => setTries(tries + 1));
      }}
    />
  );
}

function Video({ file }: { file: FileInfo }) {
  const { client } = useApp();
  if (!useFileAccess(client)) return null;
  const { Name, Preview, UUID } = file;
  return (
    // biome-ignore lint/a11y/useMediaCaption: What people send has none.
    <video
      controls
      playsInline
      preload={Preview ? "none" : "metadata"}
      poster={Preview ? addressOf(UUID, true) : undefined}
      src={addressOf(UUID)}
      aria-label={fileStrings.video(Name)}
    />
  );
}

export function Cards({ line, files }: FileViewsProps) {
  return files.map((file) => (
    <div key={file.UUID} class="file-card">
      <Card file={file} sent={line.seq > 0} />
      {isSound(file) && line.seq > 0 && <Sound file={file} />}
    </div>
  ));
}

function Sound({ file: { Name, UUID } }: { file: FileInfo }) {
  const { client } = useApp();
  if (!useFileAccess(client)) return null;
  return (
    // biome-ignore lint/a11y/useMediaCaption: What people send has none.
    <audio controls preload="metadata" src={addressOf(UUID)} aria-label={Name} />
  );
}

interface CardProps {
  file: FileInfo;
  sent?: boolean;
  /** What a click does instead of a download. */
  open?: (() => void) | undefined;
}

/** Type, name and size of a file, which a click downloads. */
export function Card({ file, sent = true, open }: CardProps) {
  const { client } = useApp();
  const access = useFileAccess(client);
  const { Name, Size, UUID } = file;
  const contents = (
    <>
      <span class="kind" aria-hidden="true">
        {isShown(file) && !isVideo(file) ? <Picture file={file} /> : kindOf(file)}
      </span>
      <bdi>{Name}</bdi>
      <small>{sizeOf(Size)}</small>
    </>
  );
  if (open) {
    const label = fileStrings.open(Name);
    return (
      <button type="button" class="card" aria-label={label} onClick={open}>
        {contents}
      </button>
    );
  }
  return (
    <a
      class="card"
      href={sent && access ? addressOf(UUID) : undefined}
      download={Name}
      aria-label={fileStrings.downloadOf(Name, sizeOf(Size))}
    >
      {contents}
    </a>
  );
}

/** What the name ends with, as people know types. */
function kindOf({ Name, Type }: FileInfo): string {
  const [, ending] = /\.([\p{L}\p{N}]{1,5})$/u.exec(Name) ?? [];
  return (ending ?? Type.split("/")[0] ?? "").slice(0, 5).toUpperCase();
}

/** A preview stands still. */
function moves({ Type, Size }: FileInfo): boolean {
  return Type === "image/gif" && Size <= 2_000_000;
}
