/** The settings by topic: account, devices, appearance, notifications, keys. */
import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import { wide } from "../page/media";
import { settingsStrings } from "../settings-strings";
import { strings } from "../strings";
import { AccountSettings } from "./AccountSettings";
import { AppearanceSettings } from "./AppearanceSettings";
import { DeviceSettings } from "./DeviceSettings";
import { Dialog } from "./Dialog";
import { KeySettings } from "./KeySettings";
import { NotificationSettings } from "./NotificationSettings";

const TOPICS = [
  ["account", AccountSettings],
  ["devices", DeviceSettings],
  ["appearance", AppearanceSettings],
  ["notifications", NotificationSettings],
  ["keys", KeySettings],
] as const satisfies readonly (readonly [keyof typeof settingsStrings.topics, ComponentType])[];

/** Opened where a pause is. */
export function NotificationsDialog() {
  return <SettingsDialog first={TOPICS.findIndex(([name]) => name === "notifications")} />;
}

export function SettingsDialog({ first = 0 }: { first?: number }) {
  const [chosen, setChosen] = useState(first);
  // A phone has no keys for shortcuts.
  const topics = TOPICS.filter(([name]) => name !== "keys" || wide.value);
  const [topic, Topic] = topics[chosen] ?? TOPICS[0];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = (chosen + step + topics.length) % topics.length;
    setChosen(to);
    (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };
  return (
    <Dialog title={strings.settings} class="settings">
      <div class="topics" role="tablist" aria-label={strings.settings} onKeyDown={onKeyDown}>
        {topics.map(([name], index) => (
          <button
            key={name}
            id={`topic-${name}`}
            type="button"
            role="tab"
            aria-selected={index === chosen}
            aria-controls="topic"
            tabIndex={index === chosen ? 0 : -1}
            onClick={() => setChosen(index)}
          >
            {settingsStrings.topics[name]}
          </button>
        ))}
      </div>
      <div class="topic" id="topic" role="tabpanel" aria-labelledby={`topic-${topic}`}>
        <Topic />
      </div>
    </Dialog>
  );
}
