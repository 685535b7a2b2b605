/** The sign-in screen: one form for signing in and for a new account. */

import { Disconnected, Refusal } from "@chinwag/client";
import { useRef, useState } from "preact/hooks";
import { explain, strings } from "../strings";
import { useApp } from "./app";
import { Logo } from "./Logo";
import { PasswordField } from "./PasswordField";

type Kind = "signIn" | "signUp";

export function SignIn() {
  const { client } = useApp();
  const [kind, setKind] = useState<Kind>("signIn");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const username = name.current?.value ?? "";
    const secret = password.current?.value ?? "";
    const missing = username.trim() === "" ? name : secret === "" ? password : undefined;
    if (missing) {
      setError(missing === name ? strings.nameMissing : strings.passwordMissing);
      missing.current?.focus();
      return;
    }
    setBusy(true);
    setError("");
    const problem = await attempt(username, secret);
    setBusy(false);
    setError(problem);
    if (problem) password.current?.focus();
  }

  /** Returns what to tell the user, which is nothing when they are in. */
  async function attempt(username: string, secret: string): Promise<string> {
    await client.connected();
    try {
      await client.session.signIn(kind, username, secret);
      return "";
    } catch (reason) {
      if (reason instanceof Disconnected) return attempt(username, secret);
      if (reason instanceof Refusal) return explain(reason.code, reason.payload);
      throw reason;
    }
  }

  const choose = (next: Kind) => {
    setKind(next);
    setError("");
  };
  const unreachable = client.lostLink.value && client.socket.link.value.state !== "open";
  const said = error || (unreachable ? strings.unreachable : client.session.notice.value);
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit} noValidate>
        <div class="brand">
          <Logo />
          <h1>{strings.name}</h1>
          <p>{strings.tagline}</p>
        </div>
        <fieldset class="tabs" aria-label={`${strings.signIn} / ${strings.signUp}`}>
          {(["signIn", "signUp"] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={kind === each}
              onClick={() => choose(each)}
            >
              {strings[each]}
            </button>
          ))}
        </fieldset>
        <p class="hint">{kind === "signIn" ? strings.signInIntro : strings.signUpIntro}</p>
        <label class="field">
          <span>{strings.username}</span>
          <input
            ref={name}
            name="username"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            maxLength={64}
            dir="auto"
            required
            aria-invalid={error !== ""}
            aria-describedby="sign-in-said"
          />
        </label>
        <PasswordField input={password} fresh={kind === "signUp"} invalid={error !== ""} />
        <p id="sign-in-said" class={error ? "said error" : "said"} role="alert">
          {said}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? strings.signingIn : strings[kind]}
        </button>
      </form>
    </main>
  );
}
