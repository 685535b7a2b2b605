/** A user's initials on a colour of their own, the same everywhere; a sign for a channel, a number for a group. */
import { type Details, GENERAL } from "../state/channel";
import { Icon } from "./Icon";

interface AvatarProps {
  uuid: string;
  name: string;
  online?: boolean | undefined;
  self?: boolean;
  /** Of a group or a named channel. */
  details?: Details | undefined;
}

/** The hues are apart enough that neighbours in a list can be told apart. */
const HUES = 24;

export function Avatar({ uuid, name, online, self = false, details }: AvatarProps) {
  if (details?.Name && uuid !== GENERAL) {
    return (
      <span class="avatar sign" aria-hidden="true">
        <Icon name={details.Private ? "lock" : "hash"} />
      </span>
    );
  }
  return (
    <span class="avatar" style={hueOf(uuid)} aria-hidden="true">
      {uuid === GENERAL ? (
        <img src="/icon.svg" alt="" />
      ) : self ? (
        <Icon name="note" />
      ) : details && uuid !== GENERAL ? (
        details.usersTotal - 1
      ) : (
        initials(name)
      )}
      {online !== undefined && <span class={online ? "dot online" : "dot"} />}
    </span>
  );
}

/** A style that sets the user's colour, for the style sheet to make light or dark. */
function hueOf(uuid: string): Record<string, string> {
  let hash = 0;
  for (let i = 0; i < uuid.length; i++) hash = (hash * 31 + uuid.charCodeAt(i)) >>> 0;
  return { "--hue": String((hash % HUES) * (360 / HUES)) };
}

/** The first letters of the first and the last word; a script without letters keeps its first sign. */
export function initials(name: string): string {
  const words = name.split(/[\s._]+/u).filter((word) => word !== "");
  const first = words[0] ?? name;
  const last = words.length > 1 ? (words[words.length - 1] ?? "") : "";
  return (sign(first) + sign(last)).toLocaleUpperCase();
}

function sign(word: string): string {
  return [...word].find((char) => /[\p{L}\p{N}]/u.test(char)) ?? [...word][0] ?? "";
}
