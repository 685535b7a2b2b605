/** A password that can be shown while it is typed. */
import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { strings } from "../strings";
import { FieldError } from "./FieldError";

interface PasswordFieldProps {
  input: RefObject<HTMLInputElement | null>;
  /** A new password, which a password manager may offer to make up. */
  fresh: boolean;
  error: string;
}

export function PasswordField({ input, fresh, error }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <div class="field">
      <label for="password">{strings.password}</label>
      <div class="with-button">
        <input
          ref={input}
          id="password"
          name="password"
          type={(shown ? "text" : "password") as "password"}
          autocomplete={fresh ? "new-password" : "current-password"}
          autocapitalize="none"
          spellcheck={false}
          maxLength={256}
          required
          aria-invalid={error !== ""}
          aria-describedby="password-said"
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-label={strings.showPasswordLabel}
          onClick={() => setShown(!shown)}
        >
          {shown ? strings.hidePassword : strings.showPassword}
        </button>
      </div>
      <FieldError id="password-said" error={error} hint={fresh ? strings.passwordHint : ""} />
    </div>
  );
}
