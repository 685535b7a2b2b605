/** The name that a user signs in by. */
import type { RefObject } from "preact";
import { strings } from "../strings";
import { FieldError } from "./FieldError";

interface NameFieldProps {
  input: RefObject<HTMLInputElement | null>;
  error: string;
}

export function NameField({ input, error }: NameFieldProps) {
  return (
    <div class="field">
      <label for="username">{strings.username}</label>
      <input
        ref={input}
        id="username"
        name="username"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        maxLength={64}
        dir="auto"
        required
        aria-invalid={error !== ""}
        aria-describedby="username-said"
      />
      <FieldError id="username-said" error={error} />
    </div>
  );
}
