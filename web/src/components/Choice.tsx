/** One of a few, as a row of radio buttons. */

interface ChoiceProps<T extends string> {
  title: string;
  options: readonly (readonly [T, string])[];
  chosen: T;
  choose(option: T): void;
}

export function Choice<T extends string>({ title, options, chosen, choose }: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend>{title}</legend>
      <div>
        {options.map(([option, label]) => (
          <label key={option}>
            <input
              type="radio"
              name={title}
              value={option}
              checked={option === chosen}
              onChange={() => choose(option)}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
