import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const HOST = fileURLToPath(new URL('../../fixtures/hosts/docker28-policy', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly url: URL;
}

async function explore(...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [CLI, 'explore', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for await (const chunk of child.stdout) {
    told += String(chunk);
    if (told.includes('\n')) break;
  }
  return { child, url: new URL(told.trim()) };
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(
  url: URL,
  { method = 'GET', path = url.pathname, headers = {} }: Asked = {},
): Promise<{ status: number; body: string; head: IncomingMessage['headers'] }> {
  const sent = request({ host: url.hostname, port: url.port, method, path, headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, body, head: response.headers };
}

/** What comes back for bytes as they are, on a connection of their own. */
async function raw(url: URL, text: string): Promise<string> {
  const socket = connect(Number(url.port), url.hostname);
  socket.end(text);
  let told = '';
  for await (const chunk of socket) told += String(chunk);
  return told;
}

describe('explore without -o', () => {
  let running: Running;
  beforeAll(async () => {
    running = await explore(HOST);
  });
  afterAll(() => {
    running.child.kill('SIGKILL');
  });

  it('prints an address of 127.0.0.1 with a secret in it, another each time', async () => {
    const other = await explore('--blank');
    other.child.kill('SIGTERM');
    for (const { url } of [running, other]) expect(url.href).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    expect(other.url.pathname).not.toBe(running.url.pathname);
  });

  it('gives the page out, kept nowhere, framed by nobody, with nothing it may fetch', async () => {
    const { status, body, head } = await ask(running.url);
    expect([status, body.startsWith('<!doctype html>'), body.includes('docker28')]).toEqual([200, true, true]);
    expect(head).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'sha256-[^']*'; style-src 'sha256-[^']*'; .*; frame-ancestors 'none'$/,
      ),
    });
    expect(head['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    ['another path', { path: '/' }, 404],
    ['the secret cut', { path: '/abc/' }, 404],
    ['a whole address as the path', { path: 'http://127.0.0.1/' }, 404],
    ['POST', { method: 'POST' }, 405],
    ['HEAD', { method: 'HEAD' }, 405],
    ['OPTIONS', { method: 'OPTIONS', headers: { Origin: 'http://evil.example' } }, 405],
    ['a name that leads here (DNS rebinding)', { headers: { Host: 'evil.example' } }, 421],
    ['a name with the port', { headers: { Host: 'localhost:80' } }, 421],
    ['the address without the port', { headers: { Host: '127.0.0.1' } }, 421],
  ] satisfies readonly (readonly [string, Asked, number])[])('%s gets nothing of the host', async (_, asked, status) => {
    const answer = await ask(running.url, asked);
    expect([answer.status, answer.body.length < 100]).toEqual([status, true]);
  });

  it('two hosts, none, or no HTTP at all get nothing either, and it goes on', async () => {
    const { pathname, host } = running.url;
    expect(await raw(running.url, `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 4/,
    );
    expect(await raw(running.url, `GET ${pathname} HTTP/1.1\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 400/);
    expect(await raw(running.url, `GET ${pathname} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1.1 421/);
    expect(await raw(running.url, '\x16\x03\x01\x00\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect((await ask(running.url)).status).toBe(200);
  });

  it('is reached at 127.0.0.1 and at no other address of the machine', async () => {
    const socket = connect(Number(running.url.port), '127.0.0.2');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends by %s, with an open connection too', async (signal) => {
    const { child, url } = await explore('--blank');
    const socket = connect(Number(url.port), url.hostname);
    await once(socket, 'connect');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    socket.destroy();
  });
});
