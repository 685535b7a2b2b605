/** Lies over the open channel while files are held above the page, and says where they will go. */
import { fileStrings } from "../file-strings";
import { useApp } from "./app";
import { fileIcons } from "./file-icons";
import { Drawing } from "./Icon";
import "../styles/attached.css";

export function DropTarget() {
  const { client } = useApp();
  return (
    <div class="drop-target">
      <Drawing path={fileIcons.clip} />
      <bdi>{fileStrings.dropHere(client.title(client.open.value))}</bdi>
    </div>
  );
}
