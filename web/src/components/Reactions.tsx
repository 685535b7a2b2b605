/** The reactions to a message: a click adds the reader's own, or takes it back. */
import { isMine, type Line, type Reaction } from "../state/line";
import { strings } from "../strings";
import { useApp } from "./app";
import { Icon } from "./Icon";

export function Reactions({ line }: { line: Line }) {
  const { client } = useApp();
  const me = client.session.me.value?.uuid ?? "";
  const id = client.open.value;
  const why = client.closedBy(id);
  const disabled = why === "looking" || why === "archived";
  return (
    <div class="reactions">
      {line.reactions?.map((reaction) => {
        const { emoji, count } = reaction;
        const mine = isMine(line, reaction, me);
        return (
          <button
            key={emoji}
            type="button"
            class="reaction"
            tabIndex={-1}
            aria-pressed={mine}
            title={strings.reacted(emoji, namesOf(reaction), count)}
            disabled={disabled}
            onClick={() =>
              client.changes.make({
                type: "messageReact",
                messageReact: { recipientUUID: id, seq: line.seq, emoji, on: !mine },
              })
            }
          >
            {emoji} <span>{count.toLocaleString()}</span>
          </button>
        );
      })}
      {!disabled && (
        <button type="button" class="reaction" tabIndex={-1} data-picks aria-label={strings.react}>
          <Icon name="smile" />+
        </button>
      )}
    </div>
  );

  function namesOf({ users }: Reaction): string[] {
    return users.flatMap((uuid) =>
      uuid === me ? strings.you : (client.people.get(uuid)?.name ?? []),
    );
  }
}
