/** The sign-in screen: one form for signing in and for a new account. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { strings } from "../strings";
import { useApp } from "./app";
import { lazy } from "./Lazy";
import { Logo } from "./Logo";
import { NameField } from "./NameField";
import { PasswordField } from "./PasswordField";
import { enter, missing, noteSignIn, type Problem, type SignInKind, wasHere } from "./signing-in";

const NewNameDialog = lazy(() => import("./NewNameDialog"), "NewNameDialog");

export function SignIn() {
  const { client, settings } = useApp();
  const { kept } = settings;
  // Somebody who was never here is more likely to be new.
  const [chosen, setKind] = useState<SignInKind>();
  const registration = client.registration.value ?? "open";
  const isNew = registration === "open" && !wasHere(kept);
  const kind = chosen ?? (isNew ? "signUp" : "signIn");
  const needsLink = kind === "signUp" && registration === "invite";
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<string | undefined>(undefined);
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => name.current?.focus(), []);

  const tell = (next: Problem | undefined) => {
    setProblem(next);
    if (next) (next.at === "name" ? name : password).current?.focus();
  };
  const submit = async (how: SignInKind) => {
    const [username, secret] = [name.current?.value ?? "", password.current?.value ?? ""];
    setAsked(undefined);
    const lacking = missing(username, secret);
    if (lacking) return tell(lacking);
    setBusy(true);
    setProblem(undefined);
    const found = await enter(client, how, username, secret);
    setBusy(false);
    if (found === "nobody") return setAsked(username.trim());
    if (found === undefined) noteSignIn(kept);
    tell(found);
  };
  const change = () => {
    setAsked(undefined);
    // A dialog that closes gives the focus back to the button.
    requestAnimationFrame(() => name.current?.select());
  };

  const unreachable = client.lostLink.value && client.socket.link.value.state !== "open";
  const error = problem?.at === "form" ? problem.text : "";
  const said = error || (unreachable ? strings.unreachable : client.session.notice.value);
  const errorAt = (field: Problem["at"]) => (problem?.at === field ? problem.text : "");
  return (
    <main class="sign-in">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(kind);
        }}
        noValidate
      >
        <div class="brand">
          <Logo />
          <h1>{strings.name}</h1>
          <p>{strings.tagline}</p>
        </div>
        {registration !== "closed" && (
          <fieldset class="tabs" aria-label={strings.signInOrUp}>
            {(["signIn", "signUp"] as const).map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={kind === each}
                onClick={() => {
                  setKind(each);
                  setProblem(undefined);
                }}
              >
                {strings.kinds[each]}
              </button>
            ))}
          </fieldset>
        )}
        {needsLink && <p class="aside">{strings.linkNeeded}</p>}
        {needsLink || <NameField input={name} error={errorAt("name")} />}
        {!needsLink && (
          <>
            <PasswordField input={password} fresh={kind === "signUp"} error={errorAt("password")} />
            <button type="submit" class="primary" disabled={busy}>
              {busy ? strings.signingIn : strings[kind]}
            </button>
          </>
        )}
        <p class={error ? "said error" : "said"} role="alert">
          {said}
        </p>
      </form>
      {asked !== undefined && (
        <NewNameDialog name={asked} goOn={() => void submit("signUp")} change={change} />
      )}
    </main>
  );
}
