// @vitest-environment happy-dom
import { options, render } from "preact";
import { expect, test } from "vitest";
import { lazy } from "./Lazy";

const Part = () => <p>here</p>;

test("a part that comes between the drawing of its place and the effects of that is shown", async () => {
  let effects = () => {};
  options.requestAnimationFrame = (run) => {
    effects = run;
  };
  let come = (_: { Part: typeof Part }) => {};
  const module = new Promise<{ Part: typeof Part }>((resolve) => {
    come = resolve;
  });
  const Lazy = lazy(() => module, "Part");
  render(<Lazy />, document.body);
  effects();
  // A menu that is closed and opened again while its items load.
  render(null, document.body);
  render(<Lazy />, document.body);
  come({ Part });
  await module;
  effects();
  await expect.poll(() => document.body.textContent).toBe("here");
});
