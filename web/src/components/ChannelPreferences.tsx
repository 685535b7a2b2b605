/** What the user prefers for the open channel: notifications, mute, and its place in the list. */
import { useEffect, useRef } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { today } from "../page/today";
import { type Channel, mutedUntil } from "../state/channel";
import { changePrefs, type WantedPrefs } from "../state/prefs";
import { fullDate, startOfDay, timeOf } from "../text/dates";
import { useApp } from "./app";
import { Choice } from "./Choice";
import { Failure } from "./Failure";
import { useWork } from "./working";

type Level = keyof typeof channelStrings.levels;

const LEVELS = Object.entries(channelStrings.levels) as [Level, string][];
const HOUR = 3_600_000;
/** As far away as the server's dates go. */
const EVER = "9999-01-01T00:00:00Z";
const LONGEST_SECTION = 64;

export function ChannelPreferences({ channel }: { channel: Channel }) {
  const { client } = useApp();
  const work = useWork();
  const { id, prefs } = channel;
  const change = (wanted: WantedPrefs) =>
    work.run(() => changePrefs(client.socket, client.channels, id, wanted));
  const live = client.session.live.value;
  useEffect(() => {
    // With nothing to change the server tells what is set.
    if (prefs === undefined && live) void change({});
  }, [id, live]);
  return (
    <section>
      <Choice
        title={channelStrings.level}
        options={LEVELS}
        chosen={prefs?.level ?? "all"}
        choose={(level) => void change({ level })}
      />
      <Mute channel={channel} change={change} />
      <label class="switch">
        <input
          type="checkbox"
          checked={prefs?.pinned ?? false}
          onChange={(event) => void change({ pinned: event.currentTarget.checked })}
        />
        <span>{channelStrings.pinned}</span>
      </label>
      <Section key={prefs?.section} section={prefs?.section ?? ""} change={change} />
      <Failure work={work} />
    </section>
  );
}

interface Changing {
  change: (wanted: WantedPrefs) => Promise<boolean>;
}

function Mute({ channel: { prefs }, change }: Changing & { channel: Channel }) {
  const until = mutedUntil(prefs);
  const forHours = (hours: number) => () =>
    void change({ mutedUntil: new Date(Date.now() + hours * HOUR).toISOString() });
  const { hour, hours, ever } = channelStrings.muteFor;
  return (
    <fieldset class="mute">
      <legend>{channelStrings.mute}</legend>
      {until > Date.now() ? (
        <>
          <p>{untilText(until)}</p>
          <button type="button" class="quiet" onClick={() => void change({ mutedUntil: "" })}>
            {channelStrings.unmute}
          </button>
        </>
      ) : (
        <>
          <button type="button" class="quiet" onClick={forHours(1)}>
            {hour}
          </button>
          <button type="button" class="quiet" onClick={forHours(8)}>
            {hours}
          </button>
          <button type="button" class="quiet" onClick={() => void change({ mutedUntil: EVER })}>
            {ever}
          </button>
        </>
      )}
    </fieldset>
  );
}

function untilText(until: number): string {
  if (until >= Date.parse(EVER)) return channelStrings.mutedForGood;
  return channelStrings.mutedUntil(
    startOfDay(until) === today.value ? timeOf(until) : fullDate(until),
  );
}

function Section({ section, change }: Changing & { section: string }) {
  const { sections } = useApp();
  const field = useRef<HTMLInputElement>(null);
  const keep = () => {
    const wanted = field.current?.value.trim() ?? "";
    if (wanted !== section) void change({ section: wanted });
  };
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <label for="section">{channelStrings.section}</label>
      <input
        ref={field}
        id="section"
        list="sections"
        defaultValue={section}
        maxLength={LONGEST_SECTION}
        placeholder={channelStrings.sectionHint}
        autocomplete="off"
        onBlur={keep}
      />
      <datalist id="sections">
        {sections.own.value.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </form>
  );
}
