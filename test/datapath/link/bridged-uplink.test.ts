import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { buildHost, type Space } from '../../support/host-builder.js';

const chain = (hook: string, rule: string): string =>
  `table bridge a {\n\tchain c {\n\t\ttype filter hook ${hook} priority 0; policy accept;\n\t\t${rule}\n\t}\n}\n`;
const ingress = (dev: string): string =>
  `table netdev a {\n\tchain c {\n\t\ttype filter hook ingress device "${dev}" priority 0; policy accept;\n\t\ttcp dport 22 drop\n\t}\n}\n`;

/** A host whose address is on a bridge, of which so many uplinks are ports. */
function host(uplinks: readonly string[], nft: string): Readonly<Record<string, Space>> {
  return {
    host: {
      links: [
        { name: 'br0', index: 2, kind: 'bridge', addrs: ['192.0.2.10/24'] },
        ...uplinks.map((name, i) => ({ name, index: 3 + i, master: 'br0' })),
        { name: 'vweb', index: 8, kind: 'veth', master: 'br0', peer: 10, nsid: 1 },
      ],
      routes: ['default via 192.0.2.1 dev br0', '192.0.2.0/24 dev br0 proto kernel scope link src 192.0.2.10'],
      ports: [...uplinks, 'vweb'].map((dev) => ({ dev, bridge: 'br0' })),
      listen: ['tcp 0.0.0.0:22'],
      files: { 'nft-ruleset.txt': nft },
    },
    web: {
      links: [{ name: 'eth0', index: 10, kind: 'veth', addrs: ['192.0.2.30/24'], peer: 8, nsid: 0 }],
      routes: ['default via 192.0.2.1 dev eth0', '192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.30'],
      listen: ['tcp 0.0.0.0:22'],
    },
  };
}

const toHost = { from: '192.0.2.50', to: '192.0.2.10', proto: 'tcp', dport: 22 } as const;
const toWeb = { ...toHost, to: '192.0.2.30' };
const DROP_IN = chain('input', 'iifname "eth0" tcp dport 22 drop');
const DROP_OUT = chain('output', 'oifname "eth0" tcp sport 22 drop');
const DROP_ON = chain('forward', 'iifname "eth0" oifname "vweb" tcp dport 22 drop');

const ROWS: readonly (readonly [string, readonly string[], string, { from: string; to: string }, string, string])[] = [
  ['nothing sees frames', ['eth0'], '', toHost, 'connected', ''],
  ['nothing sees frames of two uplinks', ['eth0', 'eth1'], '', toHost, 'connected', ''],
  ['a chain at input', ['eth0'], DROP_IN, toHost, 'timeout', 'bridge a c'],
  ['a chain at output drops the answer', ['eth0'], DROP_OUT, toHost, 'timeout', 'bridge a c'],
  ['a chain at forward', ['eth0'], DROP_ON, toWeb, 'timeout', 'bridge a c'],
  ['a chain at forward, for others', ['eth0'], DROP_ON, toHost, 'connected', ''],
  ['the ingress of the uplink', ['eth0'], ingress('eth0'), toHost, 'timeout', 'netdev a c'],
  ['a chain at input, two uplinks', ['eth0', 'eth1'], DROP_IN, toHost, 'unknown', '--from 192.0.2.50@PORT'],
  ['a chain at input, two uplinks, one named', ['eth0', 'eth1'], DROP_IN, { ...toHost, from: '192.0.2.50@eth0' }, 'timeout', 'bridge a c'],
  ['a chain at input, two uplinks, the other named', ['eth0', 'eth1'], DROP_IN, { ...toHost, from: '192.0.2.50@eth1' }, 'connected', ''],
  ['the ingress of one of two uplinks', ['eth0', 'eth1'], ingress('eth1'), toHost, 'unknown', '--from 192.0.2.50@PORT'],
];

describe('who stands behind a bridge comes in by one of its ports', () => {
  test.each(ROWS)('%s: %j', (_what, uplinks, nft, flow, outcome, says) => {
    const trace = traceFlow(createMachine(buildHost(host(uplinks, nft))), { ...toHost, ...flow });
    expect(trace.outcome, trace.reason).toBe(outcome);
    expect([trace.reason, ...trace.missing].join('\n')).toContain(says);
  });
});
