/** Lets the browser read files: the server sets a cookie for them, by the access key. */
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Client } from "../state/client";

/** The access key for which the cookie was set, which is when files can be read; a secret. */
const granted = signal("");
let asked: Promise<void> | undefined;

/** Whether files can be read. Asks for it where it hasn't been. */
export function useFileAccess(client: Client): boolean {
  useEffect(
    () =>
      effect(() => {
        if (client.session.live.value && granted.peek() !== client.session.accessKey)
          void renewAccess(client);
      }),
    [client],
  );
  return granted.value !== "";
}

/** Asks again, as after a new password. */
export function renewAccess({ session }: Client): Promise<void> {
  const { accessKey } = session;
  asked ??= fetch("/files/session", {
    method: "POST",
    headers: { Authorization: `Bearer ${accessKey}` },
  })
    .then(({ ok }) => {
      if (ok) granted.value = accessKey;
    })
    // The next connection asks again.
    .catch(() => undefined)
    .finally(() => {
      asked = undefined;
    });
  return asked;
}

export function addressOf(uuid: string, preview = false): string {
  return `/files/${uuid}${preview ? "/preview" : ""}`;
}
