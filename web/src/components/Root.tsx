/** The page: the sign-in screen, that of a link, or the chat, and whichever dialog is open. */
import { link } from "../page/link";
import { useApp } from "./app";
import { Chat } from "./Chat";
import { lazy } from "./Lazy";
import { Notices } from "./Notices";
import { SignIn } from "./SignIn";

const Joining = lazy(() => import("./Joining"), "Joining");
const Dialogs = lazy(() => import("./Dialogs"), "Dialogs");

export function Root() {
  const { client, dialog } = useApp();
  if (link.value) return <Joining key={link.value} secret={link.value} />;
  if (!client.session.signedIn.value) return <SignIn />;
  return (
    <>
      <Chat />
      {dialog.value && <Dialogs />}
      <Notices />
    </>
  );
}
