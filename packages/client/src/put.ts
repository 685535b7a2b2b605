/** Puts bytes to a URL, and tells how many have left: only `XMLHttpRequest` knows, which browsers have. */

export interface Put {
  readonly url: string;
  readonly body: Blob;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onProgress?: ((sent: number) => void) | undefined;
}

/** The headers of the answer that an upload reads. */
const READ = ["Upload-Offset", "Retry-After"];

/** Fails as `fetch` does. */
export function put({ onProgress, url, ...request }: Put): Promise<Response> {
  if (onProgress === undefined || typeof XMLHttpRequest === "undefined")
    return fetch(url, { method: "PUT", ...request });
  return new Promise((resolve, reject) => send({ onProgress, url, ...request }, resolve, reject));
}

function send(
  { url, body, headers, signal, onProgress }: Put,
  resolve: (response: Response) => void,
  reject: (reason: unknown) => void,
): void {
  signal.throwIfAborted();
  const request = new XMLHttpRequest();
  request.open("PUT", url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded }) => onProgress?.(loaded);
  request.onload = () => resolve(answerOf(request));
  request.onerror = () => reject(new TypeError("failed to reach the server"));
  const abort = () => {
    request.abort();
    reject(signal.reason);
  };
  signal.addEventListener("abort", abort, { once: true });
  request.onloadend = () => signal.removeEventListener("abort", abort);
  request.send(body);
}

function answerOf(request: XMLHttpRequest): Response {
  const headers = READ.flatMap((name) => {
    const value = request.getResponseHeader(name);
    return value === null ? [] : [[name, value] as [string, string]];
  });
  const { status, responseText } = request;
  return new Response(status === 204 ? null : responseText, { status, headers });
}
