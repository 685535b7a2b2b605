/** What people write leads to the socket; the same addresses as in the Rust client. */
import { expect, test } from "vitest";
import { socketUrl } from "./address.ts";

test.each([
  ["localhost:5000", "ws://localhost:5000/ws"],
  [" http://[::1]:5000/ ", "ws://[::1]:5000/ws"],
  ["HTTPS://Chat.example.org", "wss://chat.example.org/ws"],
  ["wss://chat.example.org/ws", "wss://chat.example.org/ws"],
  ["ws://127.0.0.1:5000/ws", "ws://127.0.0.1:5000/ws"],
])("%s", (address, url) => {
  expect(socketUrl(address)).toBe(url);
});

test.each(["", "ftp://x", "http://", "http://a b", "x/path", "x?q", "http://me:secret@x"])(
  "refuses %j without repeating it",
  (address) => {
    expect(() => socketUrl(address)).toThrow(/^Invalid server address: [^@]*$/);
  },
);
