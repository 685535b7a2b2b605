/** The service worker: keeps the client's own files, so that the page opens fast and offline, and shows notifications. */
declare const self: ServiceWorkerGlobalScope;
declare const __SHELL__: string[];
declare const __VERSION__: string;

/** Every file of this build; the build puts the names in. */
const SHELL = __SHELL__;
const PREFIX = "chinwag-shell-";
const CACHE = PREFIX + __VERSION__;

/** How long a page load waits for the network before the kept page is shown, in milliseconds. */
const PATIENCE = 2500;

/** The tag of a test, which is shown in any case. */
const TEST = "chinwag:test";

/** A notification as the server sends it, in the form that browsers show by themselves. */
interface Told {
  readonly title: string;
  readonly body: string;
  /** The address of the message; the host may be another name of this one. */
  readonly navigate: string;
  /** The same for all messages of a channel. */
  readonly tag: string;
}

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

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(tell((event.data.json() as { notification: Told }).notification));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showPage(String(event.notification.data ?? "")));
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

/** Shows a notification, one a channel, unless a page has the focus: that one shows messages itself. */
async function tell({ title, body, navigate, tag }: Told): Promise<void> {
  const pages = await openPages();
  const isLookedAt = pages.some(({ focused }) => focused);
  if (isLookedAt && tag !== TEST && !(await mustShow())) return;
  const data = new URL(navigate).hash;
  const held = await self.registration.getNotifications({ tag });
  // A page that is open told of this message already.
  const renotify = held.every((shown) => shown.data !== data);
  const options = { body, tag, data, renotify, icon: "/icon-192.png" };
  await self.registration.showNotification(title, options);
  // Where it was read meanwhile, a page closes it.
  for (const page of pages) page.postMessage({ shown: tag });
}

/** The one that was used last comes first. */
function openPages(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

/** Safari ends a subscription of which it isn't shown everything. */
async function mustShow(): Promise<boolean> {
  const subscription = await self.registration.pushManager.getSubscription();
  return subscription?.endpoint.includes("push.apple.com") === true;
}

/** In the page that was used last, or in a new one; an empty `hash` leaves the page as it is. */
async function showPage(hash: string): Promise<void> {
  const [page] = await openPages();
  if (page === undefined) {
    await self.clients.openWindow(`/${hash}`);
    return;
  }
  if (hash !== "") page.postMessage({ show: hash });
  await page.focus();
}

export {};
