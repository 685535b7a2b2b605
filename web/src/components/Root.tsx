/** The page: the sign-in screen or the chat, and whichever dialog is open. */
import { useApp } from "./app";
import { Chat } from "./Chat";
import { lazy } from "./Lazy";
import { Notices } from "./Notices";
import { SignIn } from "./SignIn";

const Dialogs = lazy(() => import("./Dialogs"), "Dialogs");

export function Root() {
  const { client, dialog } = useApp();
  if (!client.session.signedIn.value) return <SignIn />;
  return (
    <>
      <Chat />
      {dialog.value && <Dialogs />}
      <Notices />
    </>
  );
}
