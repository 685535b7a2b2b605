/** Who is in the open channel; members add others, and owners remove them and make owners. */
import type { Member } from "@chinwag/client";
import { useEffect, useMemo, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { type ChannelId, type Details, GENERAL } from "../state/channel";
import { Members } from "../state/members";
import { strings } from "../strings";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { CROSS } from "./Cross";
import { Failure } from "./Failure";
import { FindField } from "./FindField";
import { ICONS } from "./Icon";
import { Menu } from "./Menu";
import { type MenuItem, MenuItems } from "./MenuItems";
import { useWork } from "./working";

/** From so many on there is a search. */
const MANY = 8;

interface MemberListProps {
  id: ChannelId;
  details: Details;
}

export function MemberList({ id, details }: MemberListProps) {
  const { client, dialog } = useApp();
  const work = useWork();
  const [query, setQuery] = useState("");
  const members = useMemo(() => new Members(client.socket, id), [client, id]);
  const live = client.session.live.value;
  useEffect(() => {
    const take = members.take.bind(members);
    client.incoming.memberNews.add(take);
    return () => client.incoming.memberNews.delete(take);
  }, [client, members]);
  useEffect(() => {
    if (!live) return;
    const wait = members.list.peek().length === 0 ? 0 : 150;
    const timer = setTimeout(() => void work.run(() => members.find(query.trim())), wait);
    return () => clearTimeout(timer);
  }, [members, query, live]);
  const list = members.list.value;
  const adds = details.Member && details.Name !== "" && id !== GENERAL && !details.Archived;
  return (
    <section>
      <header>
        <h3>
          {channelStrings.membersTitle} <span>{details.usersTotal.toLocaleString()}</span>
        </h3>
        {adds && (
          <button
            type="button"
            class="link"
            aria-label={channelStrings.addPeople(client.title(id))}
            onClick={() => {
              dialog.value = "addPeople";
            }}
          >
            {channelStrings.add}
          </button>
        )}
      </header>
      {details.usersTotal >= MANY && (
        <FindField label={channelStrings.findMembers} value={query} onFind={setQuery} />
      )}
      <ul class="members" aria-label={channelStrings.membersTitle}>
        {list.map((member) => (
          <MemberRow key={member.UUID} id={id} member={member} run={work.run} />
        ))}
      </ul>
      {list.length === 0 && query.trim() !== "" && (
        <p class="aside" role="status">
          {channelStrings.nobodyCalled(query.trim())}
        </p>
      )}
      {list.length < members.total.value && (
        <button type="button" class="quiet" onClick={() => void work.run(() => members.more())}>
          {channelStrings.more}
        </button>
      )}
      <Failure work={work} />
    </section>
  );
}

interface MemberRowProps extends Pick<MemberListProps, "id"> {
  member: Member;
  run: (task: () => Promise<unknown>) => Promise<boolean>;
}

function MemberRow({ id, member, run }: MemberRowProps) {
  const { client, route } = useApp();
  const { UUID, Username, Owner = false } = member;
  const mine = UUID === client.session.me.value?.uuid;
  const { socket } = client;
  const own = (owner: boolean) => () => {
    const memberAdd = { recipientUUID: id, users: [UUID], owner };
    void run(() => socket.request({ type: "memberAdd", memberAdd }));
  };
  const remove = () => {
    const memberRemove = { recipientUUID: id, userUUID: UUID };
    void run(() => socket.request({ type: "memberRemove", memberRemove }));
  };
  const items: MenuItem[] = [
    Owner
      ? { icon: ICONS.people, label: channelStrings.unmakeOwner, act: own(false) }
      : { icon: ICONS.people, label: channelStrings.makeOwner, act: own(true) },
    ...(mine
      ? []
      : [
          {
            icon: CROSS,
            label: channelStrings.removeMember(client.title(id)),
            act: remove,
          },
        ]),
  ];
  return (
    <li>
      <button type="button" class="member" onClick={() => route.go(UUID)}>
        <Avatar uuid={UUID} name={Username} online={client.people.get(UUID)?.online ?? false} />
        <bdi>{Username}</bdi>
        {mine && <span class="you">{strings.you}</span>}
      </button>
      {Owner && <small>{channelStrings.owner}</small>}
      {id !== GENERAL && client.manages(id) && (
        <Menu
          label={channelStrings.memberMenu(Username)}
          items={(menu) => <MenuItems {...menu} items={items} />}
          down
        />
      )}
    </li>
  );
}
