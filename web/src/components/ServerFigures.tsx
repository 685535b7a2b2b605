/** How much there is on the server, and whether it works. */
import type { Storage } from "@chinwag/client";
import { adminStrings } from "../admin-strings";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { useLoaded } from "./loading";

const GIGABYTE = 1024 ** 3;
const whole = new Intl.NumberFormat();
const gigabytes = new Intl.NumberFormat(undefined, {
  style: "unit",
  unit: "gigabyte",
  maximumFractionDigits: 1,
});

export function ServerFigures() {
  const { client } = useApp();
  const { told, work } = useLoaded(async () => {
    const { server } = await client.socket.request({ type: "server" });
    return server;
  });
  const { figures } = adminStrings;
  const shown = told && [
    [figures.users, whole.format(told.users)],
    [figures.online, whole.format(told.online)],
    [figures.channels, whole.format(told.channels)],
    [figures.messages, whole.format(told.messages)],
    [figures[told.storage.kind], sizeOf(told.storage)],
    [figures.version, told.version],
  ];
  return (
    <section class="settings-part">
      {shown && (
        <>
          <p class="aside">{adminStrings.storageOk}</p>
          <dl class="figures">
            {shown.map(([name, figure]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{figure}</dd>
              </div>
            ))}
          </dl>
          <p class="aside">{adminStrings.figuresAbout}</p>
        </>
      )}
      <Failure work={work} />
    </section>
  );
}

/** Redis without a limit has no size. */
function sizeOf({ used, size }: Storage): string {
  const [here, all] = [used, size].map((bytes) => gigabytes.format(bytes / GIGABYTE));
  return size === 0 ? `${here}` : adminStrings.usedOf(`${here}`, `${all}`);
}
