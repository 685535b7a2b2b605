/** Who the user is: signing in and up, coming back by access key, signing out. */

import { Disconnected, ErrorCode, Refusal, retryAfter, type Socket } from "@chinwag/client";
import { computed, signal } from "@preact/signals";
import { strings } from "../strings";
import type { Store } from "./kept";

/** Kept in the browser; the access key is a secret and never leaves for anywhere but the server. */
export interface Kept {
  readonly accessKey: string;
  readonly userUUID: string;
  readonly username: string;
}

export interface Me {
  readonly uuid: string;
  readonly name: string;
}

export const SESSION_KEY = "chinwag.session";

export class Session {
  readonly me = signal<Me | undefined>(undefined);
  /** Whether this connection acts for the user. */
  readonly live = signal(false);
  /** Whether any connection did since the page was opened. */
  readonly wasLive = signal(false);
  /** A word for the sign-in screen on why it is there. */
  readonly notice = signal("");
  readonly signedIn = computed(() => this.me.value !== undefined);

  constructor(
    readonly socket: Pick<Socket, "request" | "link">,
    readonly kept: Store,
    /** The user is signed in on this connection. */
    readonly begun: () => void,
    /** The user is gone from this page; for good when they asked for it. */
    readonly ended: (forGood: boolean) => void,
  ) {
    const earlier = this.#read();
    if (earlier) this.me.value = { uuid: earlier.userUUID, name: earlier.username };
  }

  async signIn(type: "signIn" | "signUp", username: string, password: string): Promise<void> {
    const credentials = { username, password };
    const request =
      type === "signIn" ? { type, signIn: credentials } : { type, signUp: credentials };
    const { authorized } = await this.socket.request(request);
    this.#begin({ ...authorized, username: username.trim() });
  }

  /** On a new connection: comes back as whoever was signed in, if anybody. */
  async resume(): Promise<void> {
    const earlier = this.#read();
    if (earlier === undefined) return;
    try {
      const { accessKey } = earlier;
      const { authorized } = await this.socket.request({ type: "signIn", signIn: { accessKey } });
      this.#begin({ ...authorized, username: earlier.username });
    } catch (error) {
      if (error instanceof Refusal) this.#notResumed(error, earlier.accessKey);
      else if (!(error instanceof Disconnected)) throw error;
    }
  }

  lost(): void {
    this.live.value = false;
  }

  async signOut(): Promise<void> {
    const leaving = this.live.value ? this.socket.request({ type: "signOut" }) : undefined;
    this.#forget("", true);
    await leaving?.catch(() => undefined);
  }

  /** Ends every session of the user, on this device and on all others. */
  async signOutEverywhere(): Promise<void> {
    await this.socket.request({ type: "signOutEverywhere" });
    this.#forget("", true);
  }

  /** Changes the password; the user's other devices are signed out. */
  async changePassword(password: string, newPassword: string): Promise<void> {
    const changePassword = { password, newPassword };
    await this.socket.request({ type: "changePassword", changePassword });
  }

  /** The session ended without the user asking for it. */
  forget(notice: string): void {
    this.#forget(notice, false);
  }

  #forget(notice: string, forGood: boolean): void {
    this.kept.write(SESSION_KEY, undefined);
    this.live.value = false;
    this.wasLive.value = false;
    this.me.value = undefined;
    this.notice.value = notice;
    this.ended(forGood);
  }

  /** The server knows how the name was first written. */
  rename(name: string): void {
    const kept = this.#read();
    if (kept === undefined || this.me.value === undefined || this.me.value.name === name) return;
    this.me.value = { ...this.me.value, name };
    this.kept.write(SESSION_KEY, { ...kept, username: name });
  }

  /** Another page of this browser signed in or out. */
  async changedElsewhere(): Promise<void> {
    const kept = this.#read();
    if (kept === undefined && this.signedIn.value) this.forget(strings.signedOutElsewhere);
    else if (kept && !this.signedIn.value) await this.resume();
  }

  #begin(kept: Kept): void {
    this.kept.write(SESSION_KEY, kept);
    this.me.value = { uuid: kept.userUUID, name: kept.username };
    this.notice.value = "";
    this.live.value = true;
    this.wasLive.value = true;
    this.begun();
  }

  #notResumed(refusal: Refusal, accessKey: string): void {
    if (refusal.code === ErrorCode.SignInRefused) {
      const kept = this.#read();
      // Another page of this browser may have got a new key meanwhile.
      if (kept && kept.accessKey !== accessKey) void this.resume();
      else this.forget(strings.keyRefused);
      return;
    }
    setTimeout(() => void this.#resumeIfStillNeeded(), retryAfter(refusal));
  }

  async #resumeIfStillNeeded(): Promise<void> {
    if (!this.live.value) await this.resume();
  }

  #read(): Kept | undefined {
    return this.kept.read<Kept>(SESSION_KEY);
  }
}
