// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { expect, test } from "vitest";
import { type App, AppContext } from "./app";
import { useLoaded } from "./loading";

/** A list that is on its way, and a form above it. */
function Part({ make }: { make: () => Promise<void> }) {
  const { told, work } = useLoaded(() => new Promise<string>(() => {}));
  return (
    <form onSubmit={() => void work.run(make)}>
      <button type="submit" disabled={work.busy}>
        {told ?? "loading"}
      </button>
    </form>
  );
}

test("what is made needn't wait for the list, but for what is made already", async () => {
  const app = { client: { session: { live: signal(true) } } } as unknown as App;
  let done = () => {};
  const made = new Promise<void>((resolve) => {
    done = resolve;
  });
  render(
    <AppContext.Provider value={app}>
      <Part make={() => made} />
    </AppContext.Provider>,
    document.body,
  );
  const button = document.querySelector("button") as HTMLButtonElement;
  // The effect that asks has run.
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  expect(button).toMatchObject({ textContent: "loading", disabled: false });
  button.form?.dispatchEvent(new Event("submit"));
  await expect.poll(() => button.disabled).toBe(true);
  done();
  await expect.poll(() => button.disabled).toBe(false);
});
