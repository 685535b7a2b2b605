/** Makes previews beside the page, so that it goes on answering meanwhile. */
import { previewOf } from "./preview";

/** The asked file, by a number that the answer repeats. */
export interface Asked {
  readonly n: number;
  readonly file: Blob;
}

declare function postMessage(made: unknown): void;

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  const { n, file } = data;
  previewOf(file, (width, height) => new OffscreenCanvas(width, height)).then(
    (made) => postMessage({ n, made }),
    () => postMessage({ n }),
  );
});
