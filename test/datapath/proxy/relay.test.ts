import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow, type Machine } from '../../../src/datapath/index.js';
import { loadFiles } from '../../../src/snapshot/load.js';

/** Recorded: web on slirp4netns by rootlessport, net on a network that podman made, slirp by slirp4netns' own port handler. */
const DIR = 'fixtures/podman-rootless/slirp';

const FILES = new Map(
  readdirSync(DIR, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.\w+$/.test(path))
    .map((path) => [path, readFileSync(join(DIR, path), 'utf8')] as const),
);

/** `sockets`: what every container listens on instead; undefined where no listing shows it. */
function machineOf(sockets?: string | null): Machine {
  const files = new Map(FILES);
  for (const path of FILES.keys())
    if (/^netns\/.*ss\.txt$/.test(path) && sockets !== undefined) {
      if (sockets === null) files.delete(path);
      else files.set(path, sockets);
    }
  return createMachine(loadFiles(files));
}

const NOBODY = 'tcp LISTEN 0 64 127.0.0.1:9 0.0.0.0:*\nudp UNCONN 0 0 127.0.0.1:9 0.0.0.0:*\n';
const ANY = 'tcp LISTEN 0 64 0.0.0.0:80 0.0.0.0:*\nudp UNCONN 0 0 0.0.0.0:53 0.0.0.0:*\n';
const LOOPBACK = ANY.replaceAll('0.0.0.0:8', '127.0.0.1:8').replaceAll('0.0.0.0:5', '127.0.0.1:5');

function ask(machine: Machine, from: string, to: string, proto: 'tcp' | 'udp' = 'tcp'): string {
  const { outcome, reason } = traceFlow(machine, { from, to, proto });
  return `${outcome}${/then closed/.test(reason) ? ', then closed' : ''}`;
}

// each row was seen: real clients of podman 4.3 as a user, from outside and from the host
describe.each([
  ['nobody listens', NOBODY, 'connected, then closed', 'timeout'],
  ['a listener on every address', ANY, 'connected', 'connected'],
  ['a listener on the loopback device alone', LOOPBACK, 'connected, then closed', 'timeout'],
])('%s', (_, sockets, tcp, udp) => {
  const machine = machineOf(sockets);
  it.each(['198.51.100.1', 'host'])('from %s', (from) => {
    const asked = [8080, 8081, 8082].map((port) => ask(machine, from, `198.51.100.10:${port}`));
    expect([...asked, ask(machine, from, '198.51.100.10:5353', 'udp')]).toEqual([tcp, tcp, tcp, udp]);
  });
  it('slirp4netns takes IPv4 alone', () => {
    expect([8080, 8081, 8082].map((port) => ask(machine, 'host', `[::1]:${port}`))).toEqual([tcp, tcp, 'refused']);
  });
});

it('pasta reaches the loopback device for some: nobody is told that it does not', () => {
  const files = new Map(FILES);
  files.set('host/ss.txt', 'tcp LISTEN 0 128 0.0.0.0:8080 0.0.0.0:* users:(("pasta.avx2",pid=7,fd=5))\n');
  files.set('netns/web/ss.txt', LOOPBACK);
  expect(ask(createMachine(loadFiles(files)), '198.51.100.1', '198.51.100.10:8080')).toBe('unknown');
});

it('what no listing shows is unknown, by name', () => {
  const trace = traceFlow(machineOf(null), { from: '198.51.100.1', to: '198.51.100.10:8081', proto: 'tcp' });
  expect([trace.outcome, trace.reason]).toEqual([
    'unknown',
    "rootlessport takes it and dials net at 10.89.0.2:80, in a network of its user's, where the client's address is not seen: the packet reaches net at tcp 10.89.0.2:80; whether something listens there is in netns/net/ss.txt, which the snapshot lacks",
  ]);
});

it('what a rootless container sends goes on where no listing leads', () => {
  const trace = traceFlow(machineOf(), { from: 'web', to: '203.0.113.8:443', proto: 'tcp' });
  expect([trace.outcome, trace.reason]).toEqual([
    'unknown',
    'the path goes on in what the snapshot lacks: the network of the user who runs web, which opens connections anew from the host: ask for them --from host',
  ]);
});

it('a user leaves the rules of the host as they are: none are missing', () => {
  expect(machineOf().host.problems.filter(({ origin }) => origin.file.startsWith('host/'))).toEqual([]);
});
