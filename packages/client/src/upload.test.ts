/** Uploads over real HTTP: in pieces, on after what breaks them, cancelled, and refused with the server's own sentence. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Disconnected, FileRefused } from "./errors.ts";
import { type Uploading, upload } from "./upload.ts";

const PIECE = 4;
const FILE = new Blob(["0123456789"]);

let server: Server;
let had: string;
let preview: string;
let requests: string[];
let creates: number;
/** Answers instead of the server, once each; `undefined` leaves a request to the server. */
let instead: (((response: ServerResponse) => void) | undefined)[];

beforeEach(async () => {
  [had, preview, requests, creates, instead] = ["", "", [], 0, []];
  server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  requests.push(`${request.method} ${request.url}`);
  const other = instead.shift();
  if (other) return other(response);
  expect(request.headers.authorization).toBe("Bearer token");
  if (request.url?.endsWith("/preview")) preview = body;
  else if (request.method === "PUT") had += body;
  response.writeHead(204, { "Upload-Offset": had.length }).end();
}

function through(more: Partial<Uploading> = {}): Uploading {
  const { port } = server.address() as AddressInfo;
  return {
    create: async () => {
      creates++;
      return {
        UUID: "uuid",
        url: "/files/uuid",
        token: "token",
        piece: PIECE,
        received: had.length,
      };
    },
    urlOf: (path) => `http://127.0.0.1:${port}${path}`,
    again: async () => undefined,
    ...more,
  };
}

function status(code: number, sentence = ""): (response: ServerResponse) => void {
  return (response) => response.writeHead(code).end(sentence);
}

test("goes in pieces, and tells how many bytes are there", async () => {
  const told: number[] = [];
  const onProgress = (sent: number) => told.push(sent);
  expect(await upload(FILE, through(), { onProgress })).toBe("uuid");
  expect(had).toBe("0123456789");
  expect(told).toEqual([0, 4, 8, 10]);
  expect(requests).toEqual([0, 4, 8].map((offset) => `PUT /files/uuid?offset=${offset}`));
});

test("the preview comes first, and a file is as good without one that is refused", async () => {
  await upload(FILE, through(), { preview: new Blob(["small"]) });
  expect(preview).toBe("small");
  expect(requests[0]).toBe("PUT /files/uuid/preview");
  had = "";
  instead = [status(415, "That is no picture.")];
  expect(await upload(FILE, through(), { preview: new Blob(["other"]) })).toBe("uuid");
  expect(preview).toBe("small");
});

test.each([
  ["a connection that ends", (response: ServerResponse) => void response.destroy()],
  ["a server that restarts", status(503)],
  ["an offset that has moved on", status(409)],
  ["too many requests", status(429)],
])("goes on where it stopped after %s", async (_, breaks) => {
  instead = [undefined, breaks];
  expect(await upload(FILE, through())).toBe("uuid");
  expect(had).toBe("0123456789");
  expect(creates).toBe(2);
  expect(requests.filter((request) => request.endsWith("offset=0"))).toHaveLength(1);
});

test("waits for the connection to the chat", async () => {
  let refused = 0;
  const create = through().create;
  const late = through({
    create: async () => {
      if (refused++ < 2) throw new Disconnected();
      return create();
    },
  });
  expect(await upload(FILE, late)).toBe("uuid");
  expect(refused).toBe(3);
});

test("a refusal is the server's own sentence", async () => {
  instead = [status(507, "The disk is full.\n")];
  const refused = await upload(FILE, through()).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(FileRefused);
  expect(refused).toMatchObject({ status: 507, message: "The disk is full." });
  expect(creates).toBe(1);
});

test("a place that is gone is asked for once more, and no more than that", async () => {
  instead = [status(404)];
  expect(await upload(FILE, through())).toBe("uuid");
  had = "";
  instead = [status(404, "There is no such file."), status(404, "There is no such file.")];
  const again = upload(FILE, through());
  await expect(again).rejects.toMatchObject({ status: 404 });
});

test("a cancelled one is deleted at the server", async () => {
  const abort = new AbortController();
  const reason = new Error("cancelled");
  instead = [
    undefined,
    () => {
      abort.abort(reason);
    },
  ];
  await expect(upload(FILE, through(), { signal: abort.signal })).rejects.toBe(reason);
  expect(requests.at(-1)).toBe("DELETE /files/uuid");
});
