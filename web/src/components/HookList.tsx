/** Hooks by name, each to be ended. */
import type { Hook } from "@chinwag/client";
import { useState } from "preact/hooks";
import { adminStrings } from "../admin-strings";
import { dateOf } from "../text/date";
import { AskFirst } from "./AskFirst";
import { useApp } from "./app";

interface HookListProps {
  hooks: readonly Hook[];
  /** Whether each is named with its channel. */
  placed?: boolean;
  ended: (hook: Hook) => void;
}

export function HookList({ hooks, placed = false, ended }: HookListProps) {
  const { client } = useApp();
  const [asked, setAsked] = useState<string | undefined>(undefined);
  const end = async (hook: Hook) => {
    const { UUID } = hook;
    await client.socket.request({ type: "hookDelete", hookDelete: { UUID } });
    ended(hook);
  };
  return (
    <ul class="facts" aria-label={adminStrings.hooks}>
      {hooks.map((hook) => (
        <li key={hook.UUID}>
          <span>
            <bdi>{hook.Name}</bdi>
            <small>
              {placed && `${adminStrings.hookIn(client.title(hook.recipientUUID))} · `}
              {adminStrings.hookSince(dateOf(Date.parse(hook.CreatedAt)))}
            </small>
          </span>
          <button
            type="button"
            class="quiet"
            aria-label={adminStrings.endIt(hook.Name)}
            onClick={() => setAsked(hook.UUID)}
          >
            {adminStrings.end}
          </button>
          {asked === hook.UUID && (
            <AskFirst
              title={adminStrings.endTitle(hook.Name)}
              about={adminStrings.endHookAbout}
              yes={adminStrings.end}
              act={() => end(hook)}
              end={() => setAsked(undefined)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
