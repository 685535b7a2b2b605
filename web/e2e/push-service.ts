/** A double of a push service, and a browser's half of a subscription with it: pages get it in the place of a real one. */
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, CDPSession, Page } from "playwright-core";

/** RFC 8188: salt, record size, and the length of the sender's key, which follows. */
const SALT = 16;
const HEADER = SALT + 4 + 1;
const TAG = 16;

export interface Pushed {
  /** Of the endpoint. */
  readonly path: string;
  readonly payload: string;
}

/** What a page keeps of a subscription, where a browser would. */
const KEPT = "test.subscription";

export class PushService {
  readonly #keys = createECDH("prime256v1");
  readonly #auth = randomBytes(16);
  readonly #pushed: Pushed[] = [];
  readonly #answers: number[] = [];
  #waiting: (() => void) | undefined;

  private constructor(readonly http: Server) {
    this.#keys.generateKeys();
  }

  static async start(): Promise<PushService> {
    const http = createServer();
    const service = new PushService(http);
    http.on("request", async (request, response) => {
      service.#take(request.url ?? "", await bodyOf(request));
      response.writeHead(service.#answers.shift() ?? 201).end();
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    return service;
  }

  stop(): void {
    this.http.close();
  }

  /** For `PUSH_HOSTS`. */
  get address(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** The statuses of the next answers. */
  answer(...statuses: number[]): void {
    this.#answers.push(...statuses);
  }

  /** The next push, opened. */
  async next(): Promise<Pushed> {
    for (;;) {
      const pushed = this.#pushed.shift();
      if (pushed) return pushed;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  /** Gives the pages of a context subscriptions with this service. All else of the browser stays as it is. */
  async serve(context: BrowserContext): Promise<void> {
    const told = {
      kept: KEPT,
      address: this.address,
      p256dh: this.#keys.getPublicKey("base64url"),
      auth: this.#auth.toString("base64url"),
    };
    await context.addInitScript(({ kept, address, ...keys }) => {
      if (location.protocol === "about:") return;
      const present = () => JSON.parse(localStorage.getItem(kept) ?? "null");
      const subscription = () => {
        const held = present();
        if (held === null) return null;
        const options = { applicationServerKey: Uint8Array.from(held.key).buffer };
        const unsubscribe = async () => {
          localStorage.removeItem(kept);
          return true;
        };
        const { endpoint } = held;
        return { endpoint, options, unsubscribe, toJSON: () => ({ endpoint, keys }) };
      };
      Object.assign(PushManager.prototype, {
        getSubscription: async () => subscription(),
        subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
          const plain = atob(applicationServerKey.replaceAll("-", "+").replaceAll("_", "/"));
          const key = [...plain].map((sign) => sign.charCodeAt(0));
          const endpoint = `${address}/${crypto.randomUUID()}`;
          localStorage.setItem(kept, JSON.stringify({ endpoint, key }));
          return subscription();
        },
      });
    }, told);
  }

  #take(path: string, body: Buffer): void {
    this.#pushed.push({ path, payload: this.#open(body) });
    this.#waiting?.();
  }

  /** RFC 8291. */
  #open(body: Buffer): string {
    const salt = body.subarray(0, SALT);
    const sender = body.subarray(HEADER, HEADER + body.readUInt8(HEADER - 1));
    const about = ["WebPush: info\0", this.#keys.getPublicKey(), sender].map((part) =>
      Buffer.from(part),
    );
    const shared = this.#keys.computeSecret(sender);
    const secret = Buffer.from(hkdfSync("sha256", shared, this.#auth, Buffer.concat(about), 32));
    const derived = (name: string, length: number) =>
      Buffer.from(hkdfSync("sha256", secret, salt, `Content-Encoding: ${name}\0`, length));
    const sealed = body.subarray(HEADER + sender.length);
    const cipher = createDecipheriv("aes-128-gcm", derived("aes128gcm", 16), derived("nonce", 12));
    cipher.setAuthTag(sealed.subarray(-TAG));
    const opened = Buffer.concat([cipher.update(sealed.subarray(0, -TAG)), cipher.final()]);
    // The last record ends with a 2, and with zeros behind it.
    return opened.subarray(0, opened.lastIndexOf(2)).toString();
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The path of the endpoint with which a page is subscribed; `undefined` without. */
export async function subscribedAs(page: Page): Promise<string | undefined> {
  const kept = await page.evaluate((name) => localStorage.getItem(name), KEPT);
  return kept === null ? undefined : new URL(JSON.parse(kept).endpoint).pathname;
}

/** Lets the browser believe that it subscribed with another server's key. */
export async function withOtherKey(page: Page): Promise<void> {
  await page.evaluate((name) => {
    const held = JSON.parse(localStorage.getItem(name) ?? "");
    localStorage.setItem(name, JSON.stringify({ ...held, key: [...held.key.slice(0, -1), 0] }));
  }, KEPT);
}

/** Brings pushes to the service worker of a site, as the browser does when they come; from a page of its own. */
export class Delivery {
  private constructor(
    readonly devtools: CDPSession,
    readonly registrationId: string,
    readonly origin: string,
  ) {}

  static async to(context: BrowserContext, address: string): Promise<Delivery> {
    const devtools = await context.newCDPSession(await context.newPage());
    const scope = new Promise<string>((resolve) => {
      devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        const found = registrations.find(
          ({ scopeURL, isDeleted }) => scopeURL === address && !isDeleted,
        );
        if (found) resolve(found.registrationId);
      });
    });
    await devtools.send("ServiceWorker.enable");
    return new Delivery(devtools, await scope, new URL(address).origin);
  }

  async deliver(data: string): Promise<void> {
    const { registrationId, origin } = this;
    await this.devtools.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  }
}
