/** Files to be sent in tests, made of nothing. */
import { crc32, deflateSync } from "node:zlib";

export interface Sample {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A picture with a gradient and a sun, of a hue between 0 and 1. */
export function png(name: string, width: number, height: number, hue: number): Sample {
  const rows = Array.from({ length: height }, (_, y) => row(width, height, y, hue));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const buffer = Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return { name, mimeType: "image/png", buffer };
}

function row(width: number, height: number, y: number, hue: number): Buffer {
  const line = Buffer.alloc(1 + 3 * width);
  const sun = { x: width * (0.2 + 0.6 * hue), y: height * 0.35, r: height * 0.14 };
  for (let x = 0; x < width; x++) {
    const isSun = Math.hypot(x - sun.x, y - sun.y) < sun.r;
    const down = y / height;
    const isHill = down > 0.7 + 0.08 * Math.sin((6 * x) / width + 9 * hue);
    const colour = isSun
      ? [255, 235, 170]
      : isHill
        ? [40 + 60 * hue, 90 + 40 * (1 - down), 70]
        : [120 + 110 * hue, 150 + 70 * down, 230 - 90 * hue];
    line.set(colour.map(Math.round), 1 + 3 * x);
  }
  return line;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

export function text(name: string, size = 2_000): Sample {
  return { name, mimeType: "text/plain", buffer: Buffer.alloc(size, "line of text\n") };
}
