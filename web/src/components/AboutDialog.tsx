/** What Chinwag is, and where its project lives. */
import { settingsStrings } from "../settings-strings";
import { strings } from "../strings";
import { Dialog } from "./Dialog";
import { Logo } from "./Logo";

export function AboutDialog() {
  return (
    <Dialog title={settingsStrings.project} class="about">
      <div class="brand">
        <Logo />
        <strong>{strings.name}</strong>
        <p>{settingsStrings.aboutText}</p>
        <small>{settingsStrings.version(__VERSION__)}</small>
      </div>
    </Dialog>
  );
}
