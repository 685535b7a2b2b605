/** Reads new messages of the open channel to screen readers, and never the history. */

import type { Message } from "@chinwag/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { channelOf } from "../state/channel";
import { saidIn } from "../state/files";
import { strings } from "../strings";
import { useApp } from "./app";

/** More than this at once is told as a number. */
const READ_ALOUD = 3;
/** A listener can't follow more than one announcement in this time, in milliseconds. */
const GATHER = 1000;

/** Each has an element of its own: words that stand there already aren't read again. */
interface Spoken {
  readonly id: number;
  readonly text: string;
}

export function Announcer() {
  const { client } = useApp();
  const [spoken, setSpoken] = useState<Spoken[]>([]);
  const waiting = useRef<Message[]>([]);
  useEffect(() => {
    let count = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const speak = () => {
      timer = undefined;
      const messages = waiting.current;
      waiting.current = [];
      const texts =
        messages.length > READ_ALOUD ? [strings.newBelow(messages.length)] : messages.map(said);
      setSpoken(texts.map((text) => ({ id: count++, text })));
    };
    const listen = (messages: readonly Message[]) => {
      const me = client.session.me.value?.uuid ?? "";
      const here = messages.filter((message) => channelOf(message, me) === client.open.value);
      if (here.length === 0) return;
      waiting.current.push(...here);
      timer ??= setTimeout(speak, GATHER);
    };
    client.incoming.arrivals.add(listen);
    return () => {
      client.incoming.arrivals.delete(listen);
      clearTimeout(timer);
    };
  }, [client]);
  return (
    <div class="unseen" role="log" aria-live="polite" aria-relevant="additions">
      {spoken.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}

function said(message: Message): string {
  return strings.said(
    message.As ?? message.Sender.Username,
    saidIn(message.Message, message.Files),
  );
}
