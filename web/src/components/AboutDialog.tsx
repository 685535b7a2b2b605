/** What Chinwag is, and where its project lives. */
import { strings } from "../strings";
import { Dialog } from "./Dialog";
import { Logo } from "./Logo";

export function AboutDialog() {
  return (
    <Dialog title={strings.project} class="about">
      <div class="brand">
        <Logo />
        <strong>{strings.name}</strong>
        <p>{strings.aboutText}</p>
        <small>{strings.version(__VERSION__)}</small>
      </div>
    </Dialog>
  );
}
