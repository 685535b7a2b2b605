/** A thread or the pinned messages of the open channel, loaded while they are shown. */
import { useEffect, useMemo } from "preact/hooks";
import type { ChannelId } from "../state/channel";
import { Listing } from "../state/listing";
import { useApp } from "./app";

/** `root` is the first message of a thread. */
export function useListing(id: ChannelId, root?: number): Listing {
  const { client } = useApp();
  const { history, session, socket } = client;
  const listing = useMemo(() => new Listing(id, root), [id, root]);
  useEffect(() => {
    history.listings.add(listing);
    return () => history.listings.delete(listing);
  }, [history, listing]);
  // The channel's own page comes first: changes are counted from there.
  const loads = session.live.value && history.timeline(id).loaded.value;
  useEffect(() => {
    // After a lost connection the next one loads it again.
    if (loads) listing.load(socket).catch(() => undefined);
  }, [loads, listing]);
  return listing;
}
