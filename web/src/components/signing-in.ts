/** Signing in and creating an account, with each refusal at the field that it is about. */
import { Disconnected, ErrorCode, Refusal } from "@chinwag/client";
import type { Client } from "../state/client";
import type { Store } from "../state/kept";
import { strings } from "../strings";

export type SignInKind = "signIn" | "signUp";

export interface Problem {
  readonly at: "name" | "password" | "form";
  readonly text: string;
}

const WAS_HERE = "chinwag.wasHere";

/** Whether anybody signed in in this browser. */
export function wasHere(store: Store): boolean {
  return store.read<boolean>(WAS_HERE) ?? false;
}

export function noteSignIn(store: Store): void {
  store.write(WAS_HERE, true);
}

const LONGEST_PASSWORD = 256;
/** The server's words where the account is unknown or the password wrong; other words are about the name. */
const WRONG = /\bpassword is wrong\b/;

/** A problem that needs no server. */
export function missing(name: string, password: string): Problem | undefined {
  if (name.trim() === "") return { at: "name", text: strings.nameMissing };
  if (password === "") return { at: "password", text: strings.passwordMissing };
  if (new TextEncoder().encode(password).length > LONGEST_PASSWORD)
    return { at: "password", text: strings.passwordLong };
  return undefined;
}

/** Tries until the server answers. A name that is taken signs in where the password is right. */
export async function enter(
  client: Client,
  kind: SignInKind,
  name: string,
  password: string,
): Promise<Problem | "nobody" | undefined> {
  await client.connected();
  try {
    await client.session[kind](name, password);
    return undefined;
  } catch (reason) {
    if (reason instanceof Disconnected) return enter(client, kind, name, password);
    if (!(reason instanceof Refusal)) throw reason;
    if (reason.code === ErrorCode.UnknownUser) return "nobody";
    if (reason.code !== ErrorCode.SignUpRefused) return problemOf(reason);
    const refused: Problem = { at: "name", text: reason.message };
    return (await enter(client, "signIn", name, password)) && refused;
  }
}

async function problemOf({ code, payload, message }: Refusal): Promise<Problem> {
  if (code !== ErrorCode.SignInRefused) {
    const { explain } = await import("../failure-strings");
    return { at: "form", text: explain(code, payload) };
  }
  if (WRONG.test(message)) return { at: "password", text: strings.signInRefused };
  return { at: "name", text: message };
}
