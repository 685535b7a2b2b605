/** Web push on this device: the browser's subscription, which the server has as long as the user wants it. */
import { effect, type Signal, signal, untracked } from "@preact/signals";
import type { Client } from "../state/client";
import type { Settings } from "./settings";

/** What a push service answers of a subscription that has ended. */
const GONE: readonly number[] = [404, 410];

/** The browser gave no subscription. */
export class NoSubscription extends Error {}

export class Push {
  /** The user who wants it on this device, by their UUID; empty for none. */
  readonly #wantedBy: Signal<string>;
  /** The user for whom it was renewed since the page was opened. */
  #renewed: string | undefined;
  /** What subscribes or ends a subscription goes one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  /** Why it couldn't be renewed. */
  readonly failure = signal<unknown>(undefined);

  constructor(
    readonly client: Client,
    readonly settings: Settings,
  ) {
    this.#wantedBy = settings.keep("chinwag.push", "");
    effect(() => {
      const { me, live } = client.session;
      const user = me.value?.uuid;
      const wanted = this.wanted && live.value && client.pushKey.value;
      untracked(() => {
        if (wanted && this.#renewed !== user) void this.#renew(user);
      });
    });
    let before: string | undefined;
    effect(() => {
      const user = client.session.me.value?.uuid;
      if (before !== undefined && before !== user) {
        this.#renewed = undefined;
        // The server has ended it with the session.
        void this.#inTurn(() => this.#end());
      }
      before = user;
    });
  }

  /** Whether server and browser have what it takes. */
  get supported(): boolean {
    const has = "serviceWorker" in navigator && "PushManager" in window;
    return has && this.client.pushKey.value !== undefined;
  }

  /** Whether this user wants it on this device. */
  get wanted(): boolean {
    const { settings, client } = this;
    const wantedBy = this.#wantedBy.value;
    return (
      settings.notify.value !== "off" &&
      wantedBy !== "" &&
      wantedBy === client.session.me.value?.uuid
    );
  }

  /** Fails with `NoSubscription`, or as a request does. */
  turnOn(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#register();
      this.#renewed = this.client.session.me.value?.uuid;
      this.#wantedBy.value = this.#renewed ?? "";
    });
  }

  turnOff(): Promise<void> {
    return this.#inTurn(async () => {
      this.#wantedBy.value = "";
      this.#renewed = undefined;
      this.failure.value = undefined;
      const endpoint = await this.#end();
      if (endpoint === undefined) return;
      const pushUnsubscribe = { endpoint };
      // A server that doesn't hear it hears it from the push service.
      await this.client.socket
        .request({ type: "pushUnsubscribe", pushUnsubscribe })
        .catch(() => undefined);
    });
  }

  /** Lets the server send a notification, and returns what the push service answered. Fails as `turnOn`. */
  test(): Promise<{ readonly taken: boolean; readonly detail: string }> {
    return this.#inTurn(async () => {
      let { status, detail } = await this.#test(await this.#register());
      if (GONE.includes(status)) {
        await this.#end();
        ({ status, detail } = await this.#test(await this.#register()));
      }
      return { taken: status >= 200 && status < 300, detail };
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #test(endpoint: string): Promise<{ status: number; detail: string }> {
    const { pushTest } = await this.client.socket.request({
      type: "pushTest",
      pushTest: { endpoint },
    });
    return pushTest;
  }

  async #renew(user: string | undefined): Promise<void> {
    this.#renewed = user;
    // What the browser has been told not to show isn't asked for again.
    if (Notification.permission !== "granted") return;
    try {
      await this.#inTurn(() => this.#register());
    } catch (error) {
      this.failure.value = error;
      this.#renewed = undefined;
    }
  }

  /** Tells the server of the browser's subscription, which changes nothing if it has it. Returns the endpoint. */
  async #register(): Promise<string> {
    const subscription = await this.#subscribe();
    const { endpoint, keys } = subscription.toJSON();
    if (!endpoint || !keys?.p256dh || !keys.auth) throw new NoSubscription();
    const pushSubscribe = { endpoint, p256dh: keys.p256dh, auth: keys.auth };
    await this.client.socket.request({ type: "pushSubscribe", pushSubscribe });
    this.failure.value = undefined;
    return endpoint;
  }

  async #subscribe(): Promise<PushSubscription> {
    const key = this.client.pushKey.value ?? "";
    try {
      if (!(await navigator.serviceWorker.getRegistration())) throw new NoSubscription();
      const { pushManager } = await navigator.serviceWorker.ready;
      const held = await pushManager.getSubscription();
      if (held && isBy(held, key)) return held;
      await held?.unsubscribe();
      return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    } catch (cause) {
      throw new NoSubscription("failed to subscribe", { cause });
    }
  }

  /** Ends the browser's subscription. Returns its endpoint. */
  async #end(): Promise<string | undefined> {
    try {
      const registration = await navigator.serviceWorker.getRegistration();
      const subscription = await registration?.pushManager.getSubscription();
      await subscription?.unsubscribe();
      return subscription?.endpoint;
    } catch {
      // There was none, or the push service will say so.
      return undefined;
    }
  }
}

/** Whether it was made by this key of a server; one that doesn't tell counts as such. */
function isBy({ options }: PushSubscription, key: string): boolean {
  if (!options.applicationServerKey) return true;
  const bytes = String.fromCharCode(...new Uint8Array(options.applicationServerKey));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") === key;
}

let one: Push | undefined;

/** That of this page. */
export function pushOf(client: Client, settings: Settings): Push {
  one ??= new Push(client, settings);
  return one;
}
