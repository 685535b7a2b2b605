/** The service worker: keeps the client's own files, so that the page opens fast, and opens offline. */
declare const self: ServiceWorkerGlobalScope;
declare const __SHELL__: string[];
declare const __VERSION__: string;

/** Every file of this build; the build puts the names in. */
const SHELL = __SHELL__;
const PREFIX = "chinwag-shell-";
const CACHE = PREFIX + __VERSION__;

/** How long a page load waits for the network before the kept page is shown, in milliseconds. */
const PATIENCE = 2500;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === "/") {
    event.respondWith(freshPage(event.request));
  } else if (SHELL.includes(url.pathname) || url.pathname.startsWith("/assets/")) {
    event.respondWith(keptFile(event.request));
  }
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showChannel(String(event.notification.data ?? "")));
});

async function keepShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(
    SHELL.map((path) => new Request(path, { cache: path === "/" ? "reload" : "default" })),
  );
  await self.skipWaiting();
}

/** Pages opened before an update still ask for the files they were built with, so one older shell stays. */
async function dropOldShells(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)));
}

/** The network's page carries the newest headers, so it is preferred while it comes quickly. */
async function freshPage(request: Request): Promise<Response> {
  const kept = caches.match("/");
  const fresh = fetch(request);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE));
  const first = await Promise.race([fresh, late]).catch(() => undefined);
  return (first?.ok ? first : await kept) ?? fresh;
}

async function keptFile(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

async function showChannel(hash: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages[0];
  if (page === undefined) {
    await self.clients.openWindow(`/${hash}`);
    return;
  }
  page.postMessage({ show: hash });
  await page.focus();
}

export {};
