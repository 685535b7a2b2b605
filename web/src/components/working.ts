/** One request at a time of a dialog or panel, and why it failed, for the place where it was asked for. */
import { useState } from "preact/hooks";
import { explainFailure } from "../failure-strings";

export interface Work {
  readonly busy: boolean;
  /** Empty while nothing has failed. */
  readonly failure: string;
  /** Resolves to whether it was done. */
  run(task: () => Promise<unknown>): Promise<boolean>;
  fail(reason: string): void;
}

export function useWork(): Work {
  const [busy, setBusy] = useState(false);
  const [failure, fail] = useState("");
  const run = async (task: () => Promise<unknown>) => {
    setBusy(true);
    fail("");
    try {
      await task();
      return true;
    } catch (error) {
      fail(explainFailure(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, run, fail };
}
