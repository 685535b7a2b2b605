/** A link that was just made: to be copied, or scanned. Its secret is shown only here. */
import { linkStrings } from "../link-strings";
import { CopyField } from "./CopyField";
import { lazy } from "./Lazy";
import "../styles/people.css";

const QrCode = lazy(() => import("./QrCode"), "QrCode");

export function LinkCard({ url, about }: { url: string; about: string }) {
  return (
    <section class="link-card">
      <p role="status">{about}</p>
      <CopyField id="made-link" label={linkStrings.address} text={url} />
      <QrCode text={url} label={linkStrings.qrCode} />
      <p class="aside">{linkStrings.qrAbout}</p>
    </section>
  );
}
