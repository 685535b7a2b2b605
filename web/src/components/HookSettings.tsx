/** The hooks of the open channel, for its owners: make one, list them, end one. */
import { useRef, useState } from "preact/hooks";
import { adminStrings } from "../admin-strings";
import type { ChannelId } from "../state/channel";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { HookCard } from "./HookCard";
import { HookList } from "./HookList";
import { useLoaded } from "./loading";
import "../styles/people.css";

export function HookSettings({ id: recipientUUID }: { id: ChannelId }) {
  const { client } = useApp();
  const { told, work, change, reload } = useLoaded(async () => {
    const reply = await client.socket.request({ type: "hooks", hooks: { recipientUUID } });
    return reply.hooks.hooks;
  });
  const [made, setMade] = useState<{ name: string; url: string } | undefined>(undefined);
  const [adding, setAdding] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const make = () =>
    work.run(async () => {
      const hookCreate = { recipientUUID, name: name.current?.value ?? "" };
      const reply = await client.socket.request({ type: "hookCreate", hookCreate });
      setMade({ name: reply.hookCreate.Name, url: reply.hookCreate.url });
      setAdding(false);
      await reload();
    });
  return (
    <section>
      <header>
        <h3>{adminStrings.hooks}</h3>
        {!adding && (
          <button type="button" class="link" onClick={() => setAdding(true)}>
            {adminStrings.makeHook}
          </button>
        )}
      </header>
      <p class="aside">{adminStrings.hooksAbout}</p>
      {adding && (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <div class="field">
            <label for="hook-name">{adminStrings.hookName}</label>
            <input
              ref={name}
              id="hook-name"
              placeholder={adminStrings.hookNameHint}
              maxLength={64}
              autocomplete="off"
            />
          </div>
          <div class="dialog-actions">
            <button type="submit" class="quiet" disabled={work.busy}>
              {adminStrings.makeHook}
            </button>
            <button type="button" class="link" onClick={() => setAdding(false)}>
              {adminStrings.cancel}
            </button>
          </div>
        </form>
      )}
      {made && <HookCard {...made} end={() => setMade(undefined)} />}
      {told && told.length > 0 && (
        <HookList
          hooks={told}
          ended={({ UUID }) => change((hooks) => hooks.filter((each) => each.UUID !== UUID))}
        />
      )}
      <Failure work={work} />
    </section>
  );
}
