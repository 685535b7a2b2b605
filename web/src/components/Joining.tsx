/** The screen of a link: an invite, a new password, another device, or the first admin. */
import { ErrorCode, type LinkChecked, Refusal } from "@chinwag/client";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { linkStrings } from "../link-strings";
import { link } from "../page/link";
import { strings } from "../strings";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { Logo } from "./Logo";
import { NameField } from "./NameField";
import { PasswordField } from "./PasswordField";
import { missing, noteSignIn, type Problem } from "./signing-in";
import { useWork } from "./working";
import "../styles/joining.css";

type Found = LinkChecked | "gone" | undefined;

export function Joining({ secret }: { secret: string }) {
  const { client } = useApp();
  const work = useWork();
  const [found, setFound] = useState<Found>(undefined);
  const open = client.socket.link.value.state === "open";
  const look = () =>
    work.run(async () => {
      const linkCheck = { link: secret };
      const reply = await unlessGone(client.socket.request({ type: "linkCheck", linkCheck }));
      setFound(reply === "gone" ? reply : reply.linkCheck);
    });
  // A lost connection comes back by itself.
  useEffect(() => {
    if (open && found === undefined) void look();
  }, [open]);
  if (found === undefined) {
    return (
      <Card title={strings.name} about={work.failure ? "" : linkStrings.looking}>
        <Failure work={work} />
        {work.failure && open && (
          <button type="button" class="primary" onClick={look}>
            {linkStrings.again}
          </button>
        )}
      </Card>
    );
  }
  if (found === "gone") return <Gone />;
  if (client.session.signedIn.value) return <SignedIn />;
  return <Form secret={secret} found={found} gone={() => setFound("gone")} />;
}

interface FormProps {
  secret: string;
  found: LinkChecked;
  gone: () => void;
}

function Form({ secret, found, gone }: FormProps) {
  const { client, settings } = useApp();
  const { Kind: kind, User: user } = found;
  const work = useWork();
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const isNew = user === undefined;
  const isDevice = kind === "device";
  const submit = async () => {
    const username = user?.Username ?? name.current?.value ?? "";
    const chosen = password.current?.value ?? "";
    const lacking = isDevice ? undefined : missing(username, chosen);
    setProblem(lacking);
    if (lacking) return;
    await work.run(async () => {
      const { socket, session } = client;
      const shared = { link: secret, device: session.device };
      const signUp = { ...shared, username, password: chosen };
      const signIn = { ...shared, ...(!isDevice && { password: chosen }) };
      const reply = await unlessGone(
        isNew
          ? socket.request({ type: "signUp", signUp })
          : socket.request({ type: "signIn", signIn }),
      ).catch((error) => setProblem(problemOf(error)));
      if (reply === "gone") return gone();
      if (reply === undefined) return;
      session.begin(reply.authorized, username);
      noteSignIn(settings.kept);
      link.value = undefined;
    });
  };
  useLayoutEffect(() => {
    if (isDevice) void submit();
    else (name.current ?? password.current)?.focus();
  }, []);
  const errorAt = (at: Problem["at"]) => (problem?.at === at ? problem.text : "");
  return (
    <Card title={titleOf(found)} about={aboutOf(found)}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {isNew ? (
          <NameField input={name} error={errorAt("name")} />
        ) : (
          // For the password manager.
          <input type="text" name="username" autocomplete="username" value={user.Username} hidden />
        )}
        {!isDevice && (
          <PasswordField
            input={password}
            fresh={isNew || kind === "reset"}
            error={errorAt("password")}
          />
        )}
        <button type="submit" class="primary" disabled={work.busy}>
          {work.busy ? strings.signingIn : linkStrings.submits[kind]}
        </button>
        <Failure work={work} />
      </form>
    </Card>
  );
}

function Gone() {
  const { client } = useApp();
  return (
    <Card title={linkStrings.goneTitle} about={linkStrings.goneAbout}>
      <button type="button" class="primary" onClick={leave}>
        {client.session.signedIn.value
          ? linkStrings.stay(client.session.me.value?.name ?? "")
          : linkStrings.toSignIn}
      </button>
    </Card>
  );
}

/** Nobody is signed out unasked. */
function SignedIn() {
  const { client, route } = useApp();
  const name = client.session.me.value?.name ?? "";
  return (
    <Card title={strings.name} about={linkStrings.signedInAs(name)}>
      <button type="button" class="primary" autofocus onClick={leave}>
        {linkStrings.stay(name)}
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          void client.session.signOut();
          route.toStart();
        }}
      >
        {linkStrings.signOutFirst}
      </button>
    </Card>
  );
}

function leave(): void {
  link.value = undefined;
}

interface CardProps {
  title: string;
  about: string;
  children: ComponentChildren;
}

function Card({ title, about, children }: CardProps) {
  return (
    <main class="sign-in joining">
      <div class="card">
        <div class="brand">
          <Logo />
          <h1>{title}</h1>
          <p role="status">{about}</p>
        </div>
        {children}
      </div>
    </main>
  );
}

function titleOf({ Kind }: LinkChecked): string {
  const { claimTitle, deviceTitle, inviteTitle, resetTitle } = linkStrings;
  return { claim: claimTitle, device: deviceTitle, invite: inviteTitle, reset: resetTitle }[Kind];
}

function aboutOf({ Kind, User }: LinkChecked): string {
  const name = User?.Username;
  if (Kind === "invite") return linkStrings.inviteAbout;
  if (name === undefined) return linkStrings.claimNewAbout;
  if (Kind === "claim") return linkStrings.claimAbout(name);
  return Kind === "reset" ? linkStrings.resetAbout(name) : linkStrings.deviceAbout(name);
}

/** A link that is unknown, used up, expired or revoked gets the same answer. */
async function unlessGone<T>(asked: Promise<T>): Promise<T | "gone"> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal && error.code === ErrorCode.LinkRefused) return "gone";
    throw error;
  }
}

/** What is wrong with a field; every other failure is thrown on. */
function problemOf(error: unknown): Problem {
  if (!(error instanceof Refusal)) throw error;
  if (error.code === ErrorCode.SignUpRefused) return { at: "name", text: error.message };
  if (error.code === ErrorCode.SignInRefused) return { at: "password", text: error.message };
  throw error;
}
