/** The field above a list, by which it is searched. */
interface FindFieldProps {
  label: string;
  value: string;
  onFind: (query: string) => void;
  autofocus?: boolean;
}

export function FindField({ label, value, onFind, autofocus = false }: FindFieldProps) {
  return (
    <input
      type="search"
      class="find"
      value={value}
      placeholder={label}
      aria-label={label}
      autocomplete="off"
      spellcheck={false}
      autofocus={autofocus}
      onInput={(event) => onFind(event.currentTarget.value)}
    />
  );
}
