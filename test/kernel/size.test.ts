import { describe, expect, it } from 'vitest';
import { planInput } from '../../src/commands/verify.js';
import { createMachine } from '../../src/datapath/index.js';
import { verify } from '../../src/kernel/verify.js';
import { loadFiles } from '../../src/snapshot/load.js';

const LO = '{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536,"link_type":"loopback","addr_info":[]}';
const device = (i: number): string => LO.replace('"ifindex":1,"ifname":"lo"', `"ifindex":${i + 2},"ifname":"d${i}"`);
const many = <T>(count: number, make: (i: number) => T): readonly T[] => Array.from({ length: count }, (_, i) => make(i));

describe('a host that is too large to be rebuilt is refused before anything is made', () => {
  it.each([
    [
      '257 namespaces',
      many(256, (i): [string, string] => [`netns/n${i}/ip-addr.json`, `[${LO}]`]),
      /holds 257 namespaces, and no more than 256/,
    ],
    [
      '4,097 interfaces',
      [['host/ip-addr.json', `[${[LO, ...many(4096, device)].join(',')}]`] as const],
      /holds 4,097 interfaces, and no more than 4,096/,
    ],
  ] as const)('%s', async (_, files, message) => {
    const machine = createMachine(loadFiles(new Map([['host/ip-addr.json', `[${LO}]`], ...files])));
    await expect(verify(machine.host, planInput(machine), [])).rejects.toThrow(message);
  });
});
