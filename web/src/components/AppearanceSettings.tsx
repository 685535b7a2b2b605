/** Theme, density, the order of the list, and the page as an app. */
import { install } from "../page/install";
import type { Density, Theme } from "../page/settings";
import { strings } from "../strings";
import { useApp } from "./app";
import { Choice } from "./Choice";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", strings.themeSystem],
  ["light", strings.themeLight],
  ["dark", strings.themeDark],
];
const DENSITIES: readonly (readonly [Density, string])[] = [
  ["cosy", strings.densityCosy],
  ["compact", strings.densityCompact],
];

export function AppearanceSettings() {
  const { settings } = useApp();
  const offer = install.value;
  return (
    <>
      <Choice
        title={strings.theme}
        options={THEMES}
        chosen={settings.theme.value}
        choose={(theme) => {
          settings.theme.value = theme;
        }}
      />
      <Choice
        title={strings.density}
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
          {strings.unreadFirst}
          <small>{strings.unreadFirstAbout}</small>
        </span>
      </label>
      {offer && (
        <div>
          <button type="button" class="quiet" onClick={offer}>
            {strings.install}
          </button>
          <p class="aside">{strings.installAbout}</p>
        </div>
      )}
    </>
  );
}
