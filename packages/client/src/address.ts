/** The address of a server, as a person writes it. */
import { WrongAddress } from "./errors.ts";

const SCHEMES: Readonly<Record<string, string>> = {
  "http:": "ws:",
  "ws:": "ws:",
  "https:": "wss:",
  "wss:": "wss:",
};

/** The URL of the WebSocket at `http://localhost:5000`, `https://chat.example.org` or `localhost:5000`. */
export function socketUrl(address: string): string {
  const text = address.trim();
  const url = parse(text.includes("://") ? text : `http://${text}`);
  const scheme = SCHEMES[url.protocol];
  if (scheme === undefined) throw wrong("it must begin with http:// or https://");
  if (url.username !== "" || url.password !== "")
    throw wrong("it must not have a name or a password");
  if (!["", "/", "/ws"].includes(url.pathname) || url.search !== "")
    throw wrong("it must not have a path, for example http://localhost:5000");
  return `${scheme}//${url.host}/ws`;
}

/** The URL of a path at the server whose address this is. */
export function pathUrl(address: string, path: string): string {
  const url = new URL(path, socketUrl(address).replace(/^ws/, "http"));
  return url.href;
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw wrong("it must be a URL, for example http://localhost:5000");
  }
}

function wrong(rule: string): WrongAddress {
  return new WrongAddress(`Invalid server address: ${rule}.`);
}
