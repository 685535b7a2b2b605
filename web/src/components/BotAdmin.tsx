/** Accounts for programs: make one, give it another key, end it. A key is shown once. */
import type { User } from "@chinwag/client";
import { useRef, useState } from "preact/hooks";
import { adminStrings } from "../admin-strings";
import { findBots } from "../state/bots";
import { AskFirst } from "./AskFirst";
import { useApp } from "./app";
import { CopyField } from "./CopyField";
import { Failure } from "./Failure";
import { useLoaded } from "./loading";

interface Made {
  readonly name: string;
  readonly key: string;
}

export function BotAdmin() {
  const { client } = useApp();
  const { told, work, change, reload } = useLoaded(() => findBots(client.socket));
  const [made, setMade] = useState<Made | undefined>(undefined);
  const name = useRef<HTMLInputElement>(null);
  const make = async (username: string) => {
    const botCreate = { username };
    const reply = await client.socket.request({ type: "botCreate", botCreate });
    const { accessKey, user } = reply.botCreate;
    setMade({ name: user.Username, key: accessKey });
    if (name.current) name.current.value = "";
  };
  const submit = async () => {
    if (await work.run(() => make(name.current?.value ?? ""))) await reload();
  };
  return (
    <section class="settings-part">
      <h3>{adminStrings.bots}</h3>
      <p class="aside">{adminStrings.botsAbout}</p>
      <form
        class="one-line"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="field">
          <label for="bot-name">{adminStrings.botName}</label>
          <input ref={name} id="bot-name" maxLength={64} autocomplete="off" />
        </div>
        <button type="submit" class="quiet" disabled={work.busy}>
          {adminStrings.makeBot}
        </button>
      </form>
      {made && (
        <div class="link-card">
          <strong>{adminStrings.botMade(made.name)}</strong>
          <p class="aside" role="status">
            {adminStrings.keyOnce}
          </p>
          <CopyField id="bot-key" label={adminStrings.key} text={made.key} />
          <div class="dialog-actions">
            <button type="button" class="quiet" onClick={() => setMade(undefined)}>
              {adminStrings.done}
            </button>
          </div>
        </div>
      )}
      {told?.length === 0 && <p class="aside">{adminStrings.noBots}</p>}
      {told && told.length > 0 && (
        <ul class="facts" aria-label={adminStrings.bots}>
          {told.map((bot) => (
            <BotRow
              key={bot.UUID}
              bot={bot}
              renew={() => make(bot.Username)}
              ended={() => change((bots) => bots.filter(({ UUID }) => UUID !== bot.UUID))}
            />
          ))}
        </ul>
      )}
      <Failure work={work} />
    </section>
  );
}

interface BotRowProps {
  bot: User;
  renew: () => Promise<void>;
  ended: () => void;
}

function BotRow({ bot, renew, ended }: BotRowProps) {
  const { client } = useApp();
  const [asked, setAsked] = useState<"newKey" | "end" | undefined>(undefined);
  const { UUID: userUUID, Username: name } = bot;
  const end = async () => {
    const userEdit = { userUUID, deactivated: true };
    await client.socket.request({ type: "userEdit", userEdit });
    ended();
  };
  return (
    <li>
      <bdi>{name}</bdi>
      <button
        type="button"
        class="quiet"
        aria-label={`${adminStrings.newKey}: ${name}`}
        onClick={() => setAsked("newKey")}
      >
        {adminStrings.newKey}
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={adminStrings.endIt(name)}
        onClick={() => setAsked("end")}
      >
        {adminStrings.end}
      </button>
      {asked === "newKey" && (
        <AskFirst
          title={adminStrings.newKeyTitle(name)}
          about={adminStrings.newKeyAbout}
          yes={adminStrings.newKey}
          act={renew}
          end={() => setAsked(undefined)}
        />
      )}
      {asked === "end" && (
        <AskFirst
          title={adminStrings.endTitle(name)}
          about={adminStrings.endBotAbout}
          yes={adminStrings.end}
          act={end}
          end={() => setAsked(undefined)}
        />
      )}
    </li>
  );
}
