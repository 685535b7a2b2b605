/** The user's devices: when each was used, signing one out or all, and signing in on another one. */
import type { Device } from "@chinwag/client";
import { useEffect, useState } from "preact/hooks";
import { linkStrings } from "../link-strings";
import { today } from "../page/today";
import { settingsStrings } from "../settings-strings";
import { shortly } from "../text/dates";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { LinkCard } from "./LinkCard";
import { useWork } from "./working";

export function DeviceSettings() {
  const { client, dialog } = useApp();
  const work = useWork();
  const leave = () =>
    work.run(async () => {
      await client.session.signOutEverywhere();
      dialog.value = undefined;
    });
  return (
    <>
      {client.channels.supported.value && (
        <>
          <DeviceList />
          <OtherDevice />
        </>
      )}
      <section class="settings-part">
        <p class="aside">{settingsStrings.signOutEverywhereAbout}</p>
        <div class="dialog-actions">
          <button type="button" class="quiet" onClick={leave}>
            {settingsStrings.signOutEverywhere}
          </button>
        </div>
        <Failure work={work} />
      </section>
    </>
  );
}

function DeviceList() {
  const { client } = useApp();
  const work = useWork();
  const [devices, setDevices] = useState<readonly Device[]>([]);
  const live = client.session.live.value;
  const load = async () => {
    const { devices: told } = await client.socket.request({ type: "devices" });
    setDevices(told.devices);
  };
  useEffect(() => {
    if (live) void work.run(load);
  }, [live]);
  const end = ({ UUID }: Device) =>
    work.run(async () => {
      await client.socket.request({ type: "deviceEnd", deviceEnd: { UUID } });
      setDevices((held) => held.filter((device) => device.UUID !== UUID));
    });
  return (
    <section class="settings-part">
      <h3>{linkStrings.devices}</h3>
      <ul class="facts" aria-label={linkStrings.devices}>
        {devices.map((device) => (
          <DeviceRow key={device.UUID} device={device} end={() => void end(device)} />
        ))}
      </ul>
      <Failure work={work} />
    </section>
  );
}

function DeviceRow({ device, end }: { device: Device; end: () => void }) {
  const name = device.Name || linkStrings.unnamed;
  return (
    <li>
      <span>
        <bdi>{name}</bdi>
        <small>
          {device.Current
            ? linkStrings.thisDevice
            : linkStrings.lastUsed(shortly(Date.parse(device.LastUsed), today.value))}
        </small>
      </span>
      {!device.Current && (
        <button type="button" class="quiet" aria-label={linkStrings.endDevice(name)} onClick={end}>
          {linkStrings.signOut}
        </button>
      )}
    </li>
  );
}

function OtherDevice() {
  const { client } = useApp();
  const work = useWork();
  const [url, setUrl] = useState<string | undefined>(undefined);
  const make = () =>
    work.run(async () => {
      const linkCreate = { kind: "device" } as const;
      const reply = await client.socket.request({ type: "linkCreate", linkCreate });
      setUrl(reply.linkCreate.url);
    });
  return (
    <section class="settings-part">
      {url === undefined ? (
        <>
          <p class="aside">{linkStrings.otherDeviceAbout}</p>
          <div class="dialog-actions">
            <button type="button" class="quiet" disabled={work.busy} onClick={make}>
              {linkStrings.otherDevice}
            </button>
          </div>
        </>
      ) : (
        <LinkCard url={url} about={linkStrings.otherDeviceMade} />
      )}
      <Failure work={work} />
    </section>
  );
}
