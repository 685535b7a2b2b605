/** A person in a list: name and marks, and a menu of what can be done about them. */
import type { User, UserEdit } from "@chinwag/client";
import { useState } from "preact/hooks";
import { peopleStrings } from "../people-strings";
import { strings } from "../strings";
import { AskFirst } from "./AskFirst";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Choice } from "./Choice";
import { Failure } from "./Failure";
import { ICONS } from "./Icon";
import { LinkCard } from "./LinkCard";
import { Menu } from "./Menu";
import { MenuItems } from "./MenuItems";
import { messageIcons } from "./message-icons";
import {
  act,
  actionsFor,
  type PersonAction,
  questionOf,
  SINCES,
  type Since,
} from "./person-actions";
import { useWork } from "./working";
import "../styles/people.css";

const SHIELD = "M12 3l7.5 3v5.5c0 4.6-3 7.7-7.5 9.5-4.5-1.8-7.5-4.9-7.5-9.5V6z";
const STOP = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12";

const ACTION_ICONS: Readonly<Record<PersonAction, string>> = {
  block: STOP,
  unblock: ICONS.check,
  makeAdmin: SHIELD,
  unmakeAdmin: SHIELD,
  reset: messageIcons.link,
  deactivate: ICONS.lock,
  activate: ICONS.check,
  removeMessages: messageIcons.bin,
};

interface PersonRowProps {
  user: User;
  edit: (change: UserEdit) => Promise<void>;
}

export function PersonRow({ user, edit }: PersonRowProps) {
  const { client, dialog, route } = useApp();
  const work = useWork();
  const [asked, setAsked] = useState<PersonAction | undefined>(undefined);
  const [url, setUrl] = useState<string | undefined>(undefined);
  const [since, setSince] = useState<Since>("day");
  const [said, setSaid] = useState("");
  const { UUID, Username: name } = user;
  const isMe = UUID === client.session.me.value?.uuid;
  const actions = actionsFor(client, user);
  const reset = async () => {
    const linkCreate = { kind: "reset", userUUID: UUID } as const;
    const reply = await client.socket.request({ type: "linkCreate", linkCreate });
    setUrl(reply.linkCreate.url);
  };
  const doing = async (action: PersonAction) => {
    if (action === "reset") return reset();
    await act(client, edit, action, UUID, since);
    if (action === "removeMessages") setSaid(peopleStrings.removing(name));
  };
  const choose = (action: PersonAction) => {
    setUrl(undefined);
    setSaid("");
    if (questionOf(action, name)) setAsked(action);
    else void work.run(() => doing(action));
  };
  const question = asked && questionOf(asked, name);
  const items = actions.map((action) => ({
    icon: ACTION_ICONS[action],
    label: peopleStrings[action],
    act: () => choose(action),
  }));
  return (
    <li class="person">
      <button
        type="button"
        class="member"
        aria-label={peopleStrings.writeTo(name)}
        onClick={() => {
          dialog.value = undefined;
          route.go(UUID);
        }}
      >
        <Avatar uuid={UUID} name={name} online={user.OnLine ?? false} />
        <bdi>{name}</bdi>
        {isMe && <span class="you">{strings.you}</span>}
      </button>
      <small>{marksOf(user, client.blocked.value.has(UUID)).join(" · ")}</small>
      {items.length > 0 && (
        <Menu
          label={peopleStrings.menu(name)}
          items={(menu) => <MenuItems {...menu} items={items} />}
          down
        />
      )}
      {asked && question && (
        <AskFirst
          key={asked}
          {...question}
          yes={peopleStrings[asked]}
          act={() => doing(asked)}
          end={() => setAsked(undefined)}
        >
          {asked === "removeMessages" && (
            <Choice
              title={peopleStrings.since}
              options={SINCES}
              chosen={since}
              choose={(to) => setSince(to)}
            />
          )}
        </AskFirst>
      )}
      {url && <LinkCard url={url} about={peopleStrings.resetAbout(name)} />}
      {said && (
        <p class="aside" role="status">
          {said}
        </p>
      )}
      <Failure work={work} />
    </li>
  );
}

function marksOf({ Bot, Deactivated, Role }: User, isBlocked: boolean): string[] {
  const { marks } = peopleStrings;
  const all = [
    Role === "admin" && marks.admin,
    Bot && marks.bot,
    Deactivated && marks.deactivated,
    isBlocked && marks.blocked,
  ];
  return all.filter((mark) => typeof mark === "string");
}
