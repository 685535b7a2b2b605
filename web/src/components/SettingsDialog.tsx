/** The settings by topic: account, devices, appearance, notifications, keys. */
import { wide } from "../page/media";
import { settingsStrings } from "../settings-strings";
import { strings } from "../strings";
import { AccountSettings } from "./AccountSettings";
import { AppearanceSettings } from "./AppearanceSettings";
import { DeviceSettings } from "./DeviceSettings";
import { KeySettings } from "./KeySettings";
import { NotificationSettings } from "./NotificationSettings";
import { type Topic, Topics } from "./Topics";

const { topics: labels } = settingsStrings;
const KEYS: Topic = ["keys", labels.keys, KeySettings];
const TOPICS: readonly [Topic, ...Topic[]] = [
  ["account", labels.account, AccountSettings],
  ["devices", labels.devices, DeviceSettings],
  ["appearance", labels.appearance, AppearanceSettings],
  ["notifications", labels.notifications, NotificationSettings],
];

export function SettingsDialog({ first }: { first?: string }) {
  // A phone has no keys for shortcuts.
  const topics = wide.value ? ([...TOPICS, KEYS] as const) : TOPICS;
  return <Topics title={strings.settings} topics={topics} first={first} />;
}

/** Opened where a pause is. */
export function NotificationsDialog() {
  return <SettingsDialog first="notifications" />;
}
