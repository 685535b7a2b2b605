/** Makes the small picture of a file that readers see first. It runs in a worker where the browser lets it. */

export interface Preview {
  readonly width: number;
  readonly height: number;
  /** Absent where the picture itself is small enough. */
  readonly preview?: Blob | undefined;
}

/** The box in the column has 400 by 320 pixels, and screens have twice as many. */
const LONGEST = 800;
/** What the server takes. */
const MOST_BYTES = 256_000;
const MOST_PIXELS = 1_000_000;
/** A file as small as this is shown as it is. */
const SMALL = 100_000;

type Canvas = OffscreenCanvas | HTMLCanvasElement;

/** Fails where the browser can't read the picture. */
export async function previewOf(
  file: Blob,
  newCanvas: (width: number, height: number) => Canvas,
): Promise<Preview> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  if (file.size <= SMALL && width * height <= MOST_PIXELS) return { width, height };
  let preview: Blob | undefined;
  for (let longest = LONGEST; longest > 100 && !preview; longest = Math.round(longest / 1.5))
    preview = await smaller(bitmap, longest, newCanvas);
  bitmap.close();
  return { width, height, preview };
}

/** Where it has become small enough. */
async function smaller(
  bitmap: CanvasImageSource & { width: number; height: number },
  longest: number,
  newCanvas: (width: number, height: number) => Canvas,
): Promise<Blob | undefined> {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((n) =>
    Math.max(1, Math.round(n * scale)),
  );
  const canvas = newCanvas(width as number, height as number);
  const context = canvas.getContext("2d") as CanvasRenderingContext2D | null;
  if (context === null) return undefined;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // Safari writes no WebP, and gives a PNG instead; a photo is small enough as JPEG.
  for (const type of ["image/webp", "image/jpeg"]) {
    const blob = await blobOf(canvas, type);
    if (blob && blob.size <= MOST_BYTES) return blob;
  }
  return undefined;
}

function blobOf(canvas: Canvas, type: string): Promise<Blob | null> {
  if ("convertToBlob" in canvas) return canvas.convertToBlob({ type, quality: 0.8 });
  return new Promise((resolve) => canvas.toBlob(resolve, type, 0.8));
}
