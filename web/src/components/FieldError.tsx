/** The line under a field: a hint, or in its place what is wrong. It is always there, so that nothing jumps. */

interface FieldErrorProps {
  id: string;
  error: string;
  hint?: string;
}

export function FieldError({ id, error, hint = "" }: FieldErrorProps) {
  return (
    <p id={id} class={error ? "field-said error" : "field-said"} role="alert">
      {error || hint}
    </p>
  );
}
