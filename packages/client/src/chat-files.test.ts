/** A chat's files: made for a channel, uploaded, and read by the access key. */
import { afterEach, expect, test, vi } from "vitest";
import { Conversation, settled } from "./testing/index.ts";

afterEach(() => vi.unstubAllGlobals());

test("uploads a file for a channel, and reads files with its key", async () => {
  const asked: string[][] = [];
  vi.stubGlobal("fetch", async (url: string, { method = "GET", headers }: RequestInit) => {
    asked.push([method, url, (headers as Record<string, string>).Authorization ?? ""]);
    if (url.endsWith("lost")) return new Response("There is no such file.", { status: 404 });
    return new Response(null, { status: 200, headers: { "Upload-Offset": "5" } });
  });
  const talk = new Conversation();
  const { chat, connections } = talk;
  const signedIn = chat.signIn({ username: "Ada", password: "secret" });
  await talk.admit(0);
  await signedIn;
  const sent = chat.upload("", new Blob(["12345"], { type: "text/plain" }), { name: "five.txt" });
  await settled();
  const [made] = connections.last.requests("fileCreate");
  expect(made?.fileCreate).toMatchObject({ name: "five.txt", size: 5, type: "text/plain" });
  const fileCreate = { UUID: "uuid", url: "/files/uuid", token: "token", piece: 100, received: 0 };
  connections.last.answer({ type: "fileCreate", fileCreate });
  expect(await sent).toBe("uuid");
  await chat.download("uuid", true);
  await expect(chat.download("lost")).rejects.toMatchObject({ status: 404 });
  expect(asked).toEqual([
    ["PUT", "http://there/files/uuid?offset=0", "Bearer token"],
    ["GET", "http://there/files/uuid/preview", "Bearer key"],
    ["GET", "http://there/files/lost", "Bearer key"],
  ]);
  chat.close();
});
