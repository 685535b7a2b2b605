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

/** The workers of this build, and nothing else. */
const OWN = /^\/(sw|assets\/[\w-]+)\.js$/;

function own(url: string): string {
  if (!OWN.test(url)) throw new Error("failed to load a script: it isn't one of this build");
  return url;
}

const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
/** Code sets no other address of a script; the page's security policy allows this policy name and no other. */
const policy = import.meta.env.PROD
  ? trustedTypes?.createPolicy("chinwag", { createScriptURL: own })
  : undefined;

/** The address of a worker, as the browser wants it. */
export function scriptAddress(url: string): string {
  return policy?.createScriptURL(url) ?? url;
}

export function registerWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(scriptAddress(WORKER)).catch(() => undefined);
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ show?: string }>) => {
    if (typeof event.data.show === "string") location.hash = event.data.show;
  });
}
