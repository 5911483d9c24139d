import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Only this machine reaches it; a name would be looked up, and might lead elsewhere. */
const LOOPBACK = '127.0.0.1';
/** A browser opens a few; more are somebody else's. */
const MOST_CONNECTIONS = 16;
/** Milliseconds that a request's head may take: who sends it slower is no browser of this machine. */
const SLOWEST_HEAD = 5_000;

/** Said with every answer: kept nowhere, and of no use to another site's page. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** A page that is being served. */
export interface ServedPage {
  /** With the secret in its path: whoever knows it reads the host. */
  readonly url: string;
  /** Ends the server, and every connection to it. */
  close(): Promise<void>;
}

/** @returns the one `Host` of a request; a name that an attacker's DNS leads to 127.0.0.1 stands there as well (DNS rebinding). */
function hostOf({ rawHeaders }: IncomingMessage): string | undefined {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'host');
  return hosts.length === 1 ? hosts[0] : undefined;
}

function answer(response: ServerResponse, status: number, body: string, more: Readonly<Record<string, string>> = {}): void {
  const type = status === 200 ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, { ...HEADERS, ...more, 'Content-Type': type, 'Content-Length': length }).end(body);
}

/**
 * Serves one page on a port of 127.0.0.1 that the system chooses, under a path that nobody can guess. It answers GET for that path alone, to those who name
 * the address and no other host; nothing that is asked of it makes it read or write anything.
 * @param policy the page's Content Security Policy; who may frame the page is added to it, as that counts in a header alone (CSP Level 3, frame-ancestors).
 * @throws Error where no port can be had.
 */
export async function servePage(html: string, policy: string): Promise<ServedPage> {
  const path = `/${randomBytes(24).toString('base64url')}/`;
  let own = '';
  const server = createServer({ requestTimeout: SLOWEST_HEAD, headersTimeout: SLOWEST_HEAD }, (request, response) => {
    request.resume();
    response.setHeader('Content-Security-Policy', `${policy}; frame-ancestors 'none'`);
    if (hostOf(request) !== own) return answer(response, 421, `This page is at ${own} alone.\n`);
    if (request.method !== 'GET') return answer(response, 405, 'This page is read, and nothing else.\n', { Allow: 'GET' });
    if (request.url !== path) return answer(response, 404, 'There is nothing here: the address is the one that was printed, all of it.\n');
    return answer(response, 200, html);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port: 0, exclusive: true }, resolve);
  });
  // a server that listens on TCP has an address with a port
  own = `${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${own}${path}`, close };
}

/** Resolves when the program is asked to end: Ctrl-C, or a signal of whoever started it. */
export function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
