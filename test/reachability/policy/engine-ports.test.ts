import { describe, expect, it } from 'vitest';
import { createMachine } from '../../../src/datapath/index.js';
import { diffReachability } from '../../../src/reachability/diff/diff.js';
import { listServices } from '../../../src/reachability/services/services.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles } from '../hosts.js';

const HOST = folderFiles('docker28-bridge');
const listening = (...lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map([...HOST, ['host/ss.txt', `${HOST.get('host/ss.txt') ?? ''}${lines.join('\n')}\n`]]);
const API = 'tcp LISTEN 0 4096 *:2375 *:* users:(("dockerd",pid=7,fd=9))';

describe("the Engine's own listeners", () => {
  it('are services, those of a swarm too; what holds a published port is none', () => {
    const machine = createMachine(
      loadFiles(
        listening(
          API,
          'tcp LISTEN 0 4096 *:2377 *:* users:(("dockerd",pid=7,fd=27))',
          'tcp LISTEN 0 4096 *:7946 *:* users:(("dockerd",pid=7,fd=32))',
          'udp UNCONN 0 0 *:7946 *:* users:(("dockerd",pid=7,fd=34))',
          'udp UNCONN 0 0 0.0.0.0:4789 0.0.0.0:*',
          'tcp LISTEN 0 0 198.51.100.10:6379 0.0.0.0:* users:(("dockerd",pid=7,fd=35))',
        ),
      ),
    );
    const names = listServices(machine).flatMap(({ name, kind, target }) => (kind === 'listener' && target === 'host' ? [name] : []));
    expect(names).toEqual(['host:22/tcp', 'host:2375/tcp', 'host:2377/tcp', 'host:7946/tcp', 'host:7946/udp', 'host:4789/udp']);
  });

  it('opened, are told as opened', () => {
    const [before, after] = [HOST, listening(API)].map((files) => createMachine(loadFiles(files)));
    const { changes } = diffReachability(before!, after!);
    const told = changes.map(({ kind, service, sources, before: was, after: is }) => ({ kind, service, sources, was, is }));
    expect(told).toEqual([
      {
        kind: 'opened',
        service: 'host:2375/tcp',
        sources: ['outside', 'lan', 'host', 'network:appnet', 'network:bridge', 'pinned', 'app', 'db', 'admin', 'web'],
        was: 'absent',
        is: 'open',
      },
    ]);
  });
});
