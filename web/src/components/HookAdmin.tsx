/** All hooks that the admin may end, and the bots. */
import { adminStrings } from "../admin-strings";
import { useApp } from "./app";
import { BotAdmin } from "./BotAdmin";
import { Failure } from "./Failure";
import { HookList } from "./HookList";
import { useLoaded } from "./loading";

export function HookAdmin() {
  const { client } = useApp();
  const { told, work, change } = useLoaded(async () => {
    const reply = await client.socket.request({ type: "hooks" });
    return reply.hooks.hooks;
  });
  return (
    <>
      <BotAdmin />
      <section class="settings-part">
        <h3>{adminStrings.hooks}</h3>
        <p class="aside">
          {adminStrings.hooksAbout} {adminStrings.hookWhere}
        </p>
        {told?.length === 0 && <p class="aside">{adminStrings.noHooks}</p>}
        {told && told.length > 0 && (
          <HookList
            hooks={told}
            placed
            ended={({ UUID }) => change((hooks) => hooks.filter((each) => each.UUID !== UUID))}
          />
        )}
        <Failure work={work} />
      </section>
    </>
  );
}
