/** The page: the sign-in screen or the chat, and whichever dialog is open. */
import { useApp } from "./app";
import { Chat } from "./Chat";
import { Dialogs } from "./Dialogs";
import { Notices } from "./Notices";
import { SignIn } from "./SignIn";

export function Root() {
  const { client } = useApp();
  if (!client.session.signedIn.value) return <SignIn />;
  return (
    <>
      <Chat />
      <Dialogs />
      <Notices />
    </>
  );
}
