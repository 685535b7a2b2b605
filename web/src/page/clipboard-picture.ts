/** Puts a picture onto the clipboard, as PNG, which is what every program takes. */

/** Resolves to whether it worked: pages without TLS can't. */
export async function copyPicture(address: string): Promise<boolean> {
  try {
    // Safari wants the promise: after the picture has come it would be too late.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": asPng(address) })]);
    return true;
  } catch {
    return false;
  }
}

async function asPng(address: string): Promise<Blob> {
  const response = await fetch(address);
  if (!response.ok) throw new Error("failed to read the picture");
  const blob = await response.blob();
  if (blob.type === "image/png") return blob;
  const bitmap = await createImageBitmap(blob);
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  return new Promise((resolve, reject) =>
    canvas.toBlob((png) => (png ? resolve(png) : reject(new Error("failed to write a PNG")))),
  );
}
