/** Finds out how large a picture or a video is, and makes its preview. What the browser can't read goes without. */
import type { Prepared } from "../state/attachments";
import { type Preview, previewOf } from "./preview";
import type { Asked } from "./preview-worker";
import address from "./preview-worker?worker&url";
import { scriptAddress } from "./worker";

/** A video from which no picture has come by then goes without, in milliseconds. */
const PATIENCE = 8000;
/** SVG is a document with scripts, and nobody is shown one. */
const PICTURE = /^image\/(?!svg)/;

export async function prepare(file: File): Promise<Prepared> {
  try {
    if (PICTURE.test(file.type)) return withPicture(file, await previewIn(file));
    if (file.type.startsWith("video/")) return await ofVideo(file);
  } catch {
    // Readers get it as a file to download.
  }
  return {};
}

function withPicture(file: Blob, made: Preview | undefined): Prepared {
  if (made === undefined) return {};
  return { ...made, picture: URL.createObjectURL(made.preview ?? file) };
}

let worker: Worker | undefined;
let count = 0;

async function previewIn(file: Blob): Promise<Preview | undefined> {
  if (!("OffscreenCanvas" in window)) return previewOf(file, newCanvas);
  worker ??= new Worker(scriptAddress(address), { type: "module" });
  const asked: Asked = { n: count++, file };
  // An older browser has the canvas, but not in a worker.
  return (await answerOf(worker, asked)) ?? previewOf(file, newCanvas);
}

function answerOf(worker: Worker, asked: Asked): Promise<Preview | undefined> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent<{ n: number; made?: Preview }> | Event) => {
      if ("data" in event && event.data.n !== asked.n) return;
      worker.removeEventListener("message", listen);
      worker.removeEventListener("error", listen);
      resolve("data" in event ? event.data.made : undefined);
    };
    worker.addEventListener("message", listen);
    worker.addEventListener("error", listen);
    worker.postMessage(asked);
  });
}

function newCanvas(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement("canvas"), { width, height });
}

async function ofVideo(file: File): Promise<Prepared> {
  const video = document.createElement("video");
  const source = URL.createObjectURL(file);
  Object.assign(video, { muted: true, preload: "auto", playsInline: true, src: source });
  try {
    await once(video, "loadeddata");
    const { videoWidth: width, videoHeight: height } = video;
    const canvas = newCanvas(width, height);
    canvas.getContext("2d")?.drawImage(video, 0, 0, width, height);
    const frame = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
    const { preview } = frame ? await previewOf(frame, newCanvas) : {};
    return withPicture(frame ?? file, { width, height, preview: preview ?? frame ?? undefined });
  } finally {
    URL.revokeObjectURL(source);
    video.removeAttribute("src");
  }
}

function once(video: HTMLVideoElement, type: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    video.addEventListener(type, resolve, { once: true });
    video.addEventListener("error", reject, { once: true });
    setTimeout(reject, PATIENCE);
  });
}
