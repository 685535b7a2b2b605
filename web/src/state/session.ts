/** Who the user is: signing in and up, coming back by access key, signing out. */

import {
  type Authorized,
  Disconnected,
  ErrorCode,
  type PasswordChange,
  Refusal,
  retryAfter,
  type Socket,
} from "@chinwag/client";
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

/** What the server tells with a session. A server of 0.1 tells none of it. */
export type Begun = Pick<Authorized, "epoch" | "messageLength" | "features" | "role" | "resetBy">;

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
  /** The store has only a copy of it, for other pages and for later: a browser may refuse to keep anything. */
  #current: Kept | undefined;
  /** The key that this connection's session goes on with; another page may have brought a newer one. */
  #liveKey: string | undefined;
  #changing: Promise<void> | undefined;

  constructor(
    readonly socket: Pick<Socket, "request" | "link">,
    readonly kept: Store,
    /** The user is signed in on this connection. */
    readonly begun: (told: Begun) => void,
    /** The user is gone from this page; for good when they asked for it. */
    readonly ended: (forGood: boolean) => void,
    /** What this browser is called in the list of the user's devices. */
    readonly device = "",
  ) {
    this.#adopt(this.#read());
  }

  /** Of this connection's session. A secret. */
  get accessKey(): string {
    return this.#current?.accessKey ?? "";
  }

  /** Never makes a user: a name that nobody has is refused as unknown. */
  async signIn(username: string, password: string): Promise<void> {
    const signIn = { username, password, create: false, device: this.device };
    const { authorized } = await this.socket.request({ type: "signIn", signIn });
    this.begin(authorized, username.trim());
  }

  async signUp(username: string, password: string): Promise<void> {
    const signUp = { username, password, device: this.device };
    const { authorized } = await this.socket.request({ type: "signUp", signUp });
    this.begin(authorized, username.trim());
  }

  /** On a new connection: comes back as the user who was signed in, if anybody. */
  async resume(): Promise<void> {
    await this.#resume(strings.keyRefused, true);
  }

  /**
   * The server ended this connection's session. If it did for a new password that another page of this browser
   * chose, that page has the new key; else this is the end.
   */
  async revoked(): Promise<void> {
    this.live.value = false;
    const kept = this.#read();
    if (kept?.userUUID === this.me.value?.uuid) this.#current = kept;
    await this.#resume(strings.signedOutElsewhere, this.#current?.accessKey !== this.#liveKey);
  }

  /** `patient` tries again when the server can't answer just now. */
  async #resume(noticeIfRefused: string, patient: boolean): Promise<void> {
    const earlier = this.#current ?? this.#read();
    if (earlier === undefined) return;
    try {
      const { accessKey } = earlier;
      const { authorized } = await this.socket.request({ type: "signIn", signIn: { accessKey } });
      this.begin(authorized, earlier.username);
    } catch (error) {
      if (error instanceof Disconnected) return;
      if (!(error instanceof Refusal)) throw error;
      if (patient && error.code !== ErrorCode.SignInRefused) this.#resumeLater(error);
      else this.#notResumed(earlier.accessKey, noticeIfRefused);
    }
  }

  lost(): void {
    this.live.value = false;
  }

  async signOut(): Promise<void> {
    const leaving = this.live.value ? this.socket.request({ type: "signOut" }) : undefined;
    this.forget("", true);
    await leaving?.catch(() => undefined);
  }

  /** Ends every session of the user, on this device and on all others. */
  async signOutEverywhere(): Promise<void> {
    await this.socket.request({ type: "signOutEverywhere" });
    this.forget("", true);
  }

  /** Changes the password; the user's other devices are signed out, and this browser goes on with a new key. */
  async changePassword(password: string, newPassword: string): Promise<void> {
    this.#changing = this.#change({ password, newPassword });
    try {
      await this.#changing;
    } finally {
      this.#changing = undefined;
    }
  }

  async #change(changePassword: PasswordChange): Promise<void> {
    const reply = await this.socket.request({ type: "changePassword", changePassword });
    const { accessKey } = reply.changePassword;
    if (accessKey !== undefined && this.#current) this.#keep({ ...this.#current, accessKey });
  }

  /** The session ended; for good when the user asked for it. */
  forget(notice: string, forGood = false): void {
    // Another page of this browser may be writing a newer key just now, and what is read here may be older than
    // that. A key that has ended does no harm where it is.
    if (forGood) this.kept.write(SESSION_KEY, undefined);
    this.#current = undefined;
    this.live.value = false;
    this.wasLive.value = false;
    this.me.value = undefined;
    this.notice.value = notice;
    this.ended(forGood);
  }

  /** The server knows how the name was first written. */
  rename(name: string): void {
    if (this.#current === undefined || this.me.value?.name === name) return;
    const kept = this.#read();
    if (kept?.userUUID === this.#current.userUUID) {
      this.kept.write(SESSION_KEY, { ...kept, username: name });
    }
    this.#adopt({ ...this.#current, username: name });
  }

  /** Another page of this browser signed in or out, or changed the password. */
  async changedElsewhere(): Promise<void> {
    // Until the server answers, nobody knows which key lives.
    await this.#changing?.catch(() => undefined);
    const kept = this.#read();
    if (kept?.userUUID === this.me.value?.uuid) {
      this.#adopt(kept);
      return;
    }
    if (this.signedIn.value) this.forget(kept ? "" : strings.signedOutElsewhere);
    if (kept) await this.resume();
  }

  /** The server has signed the user in on this connection. */
  begin(authorized: Authorized, username: string): void {
    const { accessKey, userUUID } = authorized;
    this.#keep({ accessKey, userUUID, username });
    this.notice.value = "";
    this.live.value = true;
    this.wasLive.value = true;
    this.begun(authorized);
  }

  #notResumed(accessKey: string, notice: string): void {
    const kept = this.#read();
    // Another page of this browser may have got a new key meanwhile.
    if (kept && kept.accessKey !== accessKey) {
      if (kept.userUUID !== this.me.value?.uuid) this.forget("");
      this.#current = kept;
      void this.resume();
    } else this.forget(notice);
  }

  #resumeLater(refusal: Refusal): void {
    setTimeout(() => void this.#resumeIfStillNeeded(), retryAfter(refusal));
  }

  async #resumeIfStillNeeded(): Promise<void> {
    if (!this.live.value) await this.resume();
  }

  #keep(kept: Kept): void {
    this.#adopt(kept);
    this.#liveKey = kept.accessKey;
    this.kept.write(SESSION_KEY, kept);
  }

  #adopt(kept: Kept | undefined): void {
    this.#current = kept;
    if (kept === undefined) return;
    const [me, { userUUID: uuid, username: name }] = [this.me.value, kept];
    if (me?.uuid !== uuid || me.name !== name) this.me.value = { uuid, name };
  }

  #read(): Kept | undefined {
    return this.kept.read<Kept>(SESSION_KEY);
  }
}
