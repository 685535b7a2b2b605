/** Theme, density, the order of the list, and the page as an app. */
import { install } from "../page/install";
import type { Density, Theme } from "../page/settings";
import { settingsStrings } from "../settings-strings";
import { useApp } from "./app";
import { Choice } from "./Choice";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", settingsStrings.themeSystem],
  ["light", settingsStrings.themeLight],
  ["dark", settingsStrings.themeDark],
];
const DENSITIES: readonly (readonly [Density, string])[] = [
  ["cosy", settingsStrings.densityCosy],
  ["compact", settingsStrings.densityCompact],
];

export function AppearanceSettings() {
  const { settings } = useApp();
  const offer = install.value;
  return (
    <>
      <Choice
        title={settingsStrings.theme}
        options={THEMES}
        chosen={settings.theme.value}
        choose={(theme) => {
          settings.theme.value = theme;
        }}
      />
      <Choice
        title={settingsStrings.density}
        options={DENSITIES}
        chosen={settings.density.value}
        choose={(density) => {
          settings.density.value = density;
        }}
      />
      <label class="switch">
        <input
          type="checkbox"
          checked={settings.unreadFirst.value}
          onChange={(event) => {
            settings.unreadFirst.value = event.currentTarget.checked;
          }}
        />
        <span>
          {settingsStrings.unreadFirst}
          <small>{settingsStrings.unreadFirstAbout}</small>
        </span>
      </label>
      {offer && (
        <div>
          <button type="button" class="quiet" onClick={offer}>
            {settingsStrings.install}
          </button>
          <p class="aside">{settingsStrings.installAbout}</p>
        </div>
      )}
    </>
  );
}
