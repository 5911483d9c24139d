import { describe, expect, it } from 'vitest';
import { supposedCommands } from '../../src/commands/common/suppose.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

const HOST = new URL('../../fixtures/hosts/docker28-bridge', import.meta.url).pathname;
const kept = async (command: string): Promise<readonly string[]> => supposedCommands(await loadSnapshot(HOST), { whatIf: [command] });

describe('a command that was typed is handed on in a page without passwords', () => {
  it('variables of a container keep their names, its ports and the rest stay', async () => {
    const typed =
      'docker run -d -e DB=hunter2 -eA=hunter2 --env=B=hunter2 --env C=hunter2 -l token=hunter2 -p 99:80 mysql --password=hunter2 --password hunter2';
    expect(await kept(typed)).toEqual([
      "docker run -d -e DB --env=A --env=B --env C -l 'token=…' -p 99:80 mysql '--password=…' --password '…'",
    ]);
  });

  it('of other commands comments go alone', async () => {
    expect(await kept('iptables -I INPUT -m comment --comment "token=hunter2" -j DROP')).toEqual([
      'iptables -I INPUT -m comment --comment "left out: it may hold a password" -j DROP',
    ]);
    expect(await kept('iptables -P INPUT DROP')).toEqual(['iptables -P INPUT DROP']);
  });
});
