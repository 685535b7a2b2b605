/** The files of a message, in boxes that have their size before a picture is loaded. */
import type { FileInfo } from "../state/files";
import type { Line } from "../state/line";
import { Cards, Pictures } from "./FileViews";
import { isShown } from "./file-kinds";

const WIDEST = 400;
const HIGHEST = 320;

export function Files({ line }: { line: Line }) {
  const { files = [] } = line;
  const shown = files.filter(isShown);
  const others = files.filter((file) => !isShown(file));
  return (
    <div class="files">
      {shown.length > 0 && (
        <div class="pictures" style={boxOf(shown)}>
          <Pictures line={line} files={shown} />
        </div>
      )}
      <Cards line={line} files={others} />
    </div>
  );
}

/** A picture has its own shape, within bounds; several are squares in rows. */
function boxOf(files: readonly FileInfo[]): Record<string, string> {
  const { length } = files;
  const { Width = 1, Height = 1 } = files[0] ?? {};
  const columns = length > 4 || length === 3 ? 3 : Math.min(2, length);
  const ratio =
    length > 1
      ? columns / Math.ceil(length / columns)
      : Math.min(4, Math.max(1 / 3, Width / Height));
  const widest = length > 1 ? WIDEST : Math.max(Width, 120);
  const width = Math.min(WIDEST, HIGHEST * ratio, widest);
  return { "--columns": `${columns}`, width: `${width}px`, aspectRatio: `${ratio}` };
}
