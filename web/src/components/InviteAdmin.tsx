/** Makes invites, and lists the links that can still be used. */
import type { Reply } from "@chinwag/client";
import { useRef, useState } from "preact/hooks";
import { linkStrings } from "../link-strings";
import { peopleStrings } from "../people-strings";
import { isNamed } from "../state/channel";
import { fullDate } from "../text/dates";
import { useApp } from "./app";
import { Choice } from "./Choice";
import { Failure } from "./Failure";
import { LinkCard } from "./LinkCard";
import { useLoaded } from "./loading";
import { useWork } from "./working";

type Link = Reply<"linkCreate">["linkCreate"];

const DAY = 86_400;
type Life = keyof typeof linkStrings.expiresIn;
const LIVES = Object.entries(linkStrings.expiresIn) as [Life, string][];
const SECONDS: Readonly<Record<Life, number>> = { day: DAY, week: 7 * DAY, month: 30 * DAY };
const MOST_USES = 1000;

export function InviteAdmin() {
  const { client } = useApp();
  const { told, work, change, reload } = useLoaded(async () => {
    const { links } = await client.socket.request({ type: "links" });
    return links.links;
  });
  const revoke = ({ UUID }: Link) =>
    work.run(async () => {
      await client.socket.request({ type: "linkRevoke", linkRevoke: { UUID } });
      change((links) => links.filter((link) => link.UUID !== UUID));
    });
  return (
    <>
      <NewInvite made={() => void reload()} />
      <section class="settings-part">
        <h3>{linkStrings.openLinks}</h3>
        {told?.length === 0 && <p class="aside">{linkStrings.noLinks}</p>}
        <ul class="facts" aria-label={linkStrings.openLinks}>
          {told?.map((link) => (
            <li key={link.UUID}>
              <LinkFacts link={link} />
              <button type="button" class="quiet" onClick={() => void revoke(link)}>
                {linkStrings.revoke}
              </button>
            </li>
          ))}
        </ul>
        <Failure work={work} />
      </section>
    </>
  );
}

function LinkFacts({ link: { Kind, User, By, usesLeft, expiresAt } }: { link: Link }) {
  const about = [
    Kind === "invite" && peopleStrings.usesLeft(usesLeft),
    linkStrings.until(fullDate(Date.parse(expiresAt))),
    By && linkStrings.by(By.Username),
  ];
  return (
    <span>
      <bdi>{[linkStrings.kinds[Kind], User?.Username].filter(Boolean).join(": ")}</bdi>
      <small>{about.filter(Boolean).join(" · ")}</small>
    </span>
  );
}

function NewInvite({ made }: { made: () => void }) {
  const { client } = useApp();
  const work = useWork();
  const [life, setLife] = useState<Life>("week");
  const [channels, setChannels] = useState<readonly string[]>([]);
  const [link, setLink] = useState<Link | undefined>(undefined);
  const uses = useRef<HTMLInputElement>(null);
  const make = () =>
    work.run(async () => {
      const linkCreate = {
        kind: "invite" as const,
        uses: Number(uses.current?.value) || 1,
        expires: SECONDS[life],
        ...(channels.length > 0 && { channels: [...channels] }),
      };
      const reply = await client.socket.request({ type: "linkCreate", linkCreate });
      setLink(reply.linkCreate);
      made();
    });
  const joinable = client.channels.sorted.value.filter(
    (channel) => isNamed(channel) && !channel.details?.Archived,
  );
  const toggle = (id: string, on: boolean) =>
    setChannels(on ? [...channels, id] : channels.filter((each) => each !== id));
  return (
    <section class="settings-part">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <p class="aside">{linkStrings.inviteMakerAbout}</p>
        <div class="field">
          <label for="invite-uses">{linkStrings.uses}</label>
          <input
            ref={uses}
            id="invite-uses"
            type="number"
            min={1}
            max={MOST_USES}
            defaultValue="1"
          />
        </div>
        <Choice
          title={linkStrings.expires}
          options={LIVES}
          chosen={life}
          choose={(to) => setLife(to)}
        />
        {joinable.length > 0 && (
          <fieldset class="checks">
            <legend>{linkStrings.channels}</legend>
            {joinable.map(({ id }) => (
              <label key={id} class="switch">
                <input
                  type="checkbox"
                  checked={channels.includes(id)}
                  onChange={(event) => toggle(id, event.currentTarget.checked)}
                />
                <bdi>{client.title(id)}</bdi>
              </label>
            ))}
          </fieldset>
        )}
        <Failure work={work} />
        <div class="dialog-actions">
          <button type="submit" class="primary" disabled={work.busy}>
            {linkStrings.make}
          </button>
        </div>
      </form>
      {link?.url && (
        <LinkCard
          url={link.url}
          about={linkStrings.usable(link.usesLeft, fullDate(Date.parse(link.expiresAt)))}
        />
      )}
    </section>
  );
}
