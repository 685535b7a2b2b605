/** What a part asks the server for when it opens, and again after a lost connection. */
import { useEffect, useState } from "preact/hooks";
import { useApp } from "./app";
import { useWork, type Work } from "./working";

interface Loaded<T> {
  /** Undefined before the first answer. */
  readonly told: T | undefined;
  /** What is done there; one needn't wait with it for the answer. */
  readonly work: Work;
  change(change: (told: T) => T): void;
  reload(): Promise<boolean>;
}

export function useLoaded<T>(ask: () => Promise<T>): Loaded<T> {
  const { client } = useApp();
  const asking = useWork();
  const acting = useWork();
  const [told, setTold] = useState<T | undefined>(undefined);
  const live = client.session.live.value;
  const reload = () => asking.run(async () => setTold(await ask()));
  useEffect(() => {
    if (live) void reload();
  }, [live]);
  const change = (how: (told: T) => T) => setTold((now) => now && how(now));
  const work = { ...acting, failure: acting.failure || asking.failure };
  return { told, work, change, reload };
}
