/** Registers the service worker, where the browser has one to offer. */

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): {
    createScriptURL(url: string): string;
  };
}

const WORKER = "/sw.js";

/** The one script address that code sets; the page's security policy allows this policy name and no other. */
function workerAddress(): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("chinwag", { createScriptURL: () => WORKER });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}

export function registerWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(workerAddress()).catch(() => undefined);
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ show?: string }>) => {
    if (typeof event.data.show === "string") location.hash = event.data.show;
  });
}
