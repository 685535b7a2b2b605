/** The user's password, and whom they have blocked. */

import { Refusal } from "@chinwag/client";
import { useRef, useState } from "preact/hooks";
import { explain } from "../failure-strings";
import { settingsStrings } from "../settings-strings";
import { strings } from "../strings";
import { useApp } from "./app";
import { BlockedPeople } from "./BlockedPeople";

export function AccountSettings() {
  const { client } = useApp();
  return (
    <>
      <PasswordSettings />
      {client.channels.supported.value && <BlockedPeople />}
    </>
  );
}

function PasswordSettings() {
  const { client } = useApp();
  const { session } = client;
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const present = useRef<HTMLInputElement>(null);
  const next = useRef<HTMLInputElement>(null);
  const doing = async (work: () => Promise<void>) => {
    setBusy(true);
    setSaid("");
    try {
      await work();
    } catch (error) {
      setSaid(error instanceof Refusal ? explainPassword(error) : strings.unreachable);
    } finally {
      setBusy(false);
    }
  };
  const change = () =>
    doing(async () => {
      const [from, to] = [present.current, next.current];
      if (!from || !to) return;
      await session.changePassword(from.value, to.value);
      from.value = "";
      to.value = "";
      setSaid(settingsStrings.passwordChanged);
    });
  return (
    <section class="account">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <input
          type="text"
          name="username"
          autocomplete="username"
          value={session.me.value?.name ?? ""}
          readOnly
          hidden
        />
        <div class="field">
          <label for="present-password">{settingsStrings.presentPassword}</label>
          <input
            ref={present}
            id="present-password"
            type="password"
            autocomplete="current-password"
            maxLength={256}
            required
          />
        </div>
        <div class="field">
          <label for="new-password">{settingsStrings.newPassword}</label>
          <input
            ref={next}
            id="new-password"
            type="password"
            autocomplete="new-password"
            maxLength={256}
            required
          />
        </div>
        <p class="aside">{settingsStrings.changePasswordAbout}</p>
        <p class="aside" role="status">
          {said}
        </p>
        <div class="dialog-actions">
          <button type="submit" class="quiet" disabled={busy}>
            {settingsStrings.changePassword}
          </button>
        </div>
      </form>
    </section>
  );
}

function explainPassword(refusal: Refusal): string {
  if (refusal.payload === "changePassword") return settingsStrings.passwordRefused;
  return explain(refusal.code, refusal.payload);
}
