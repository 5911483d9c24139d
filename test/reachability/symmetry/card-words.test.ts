import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { reachabilityMatrix } from '../../../src/reachability/matrix.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { writeBigHost } from '../../bench/big-host.mjs';

/** One of twelve containers set up alike, as the host knows it. */
const CARD = { name: 'app-4', ip: '172.17.1.5', mac: '02:42:ac:00:00:04', veth: 'veth0000005' };

const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const rule = (text: string) => (folder: string) => {
  const file = join(folder, 'host/iptables-save.txt');
  writeFileSync(file, read(file).replace('-A FORWARD -j DOCKER-USER', `${text}\n-A FORWARD -j DOCKER-USER`));
};
const line = (name: string, text: string) => (folder: string) => writeFileSync(join(folder, name), `${read(join(folder, name))}${text}\n`);
const policy = (text: string) =>
  line('host/ip-rule.txt', `0:\tfrom all lookup local\n100:\t${text}\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default`);
const mangle = (text: string) => (folder: string) => {
  rule('-A FORWARD -m mark --mark 0x7 -j DROP')(folder);
  line(
    'host/iptables-save.txt',
    `*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING ${text} -j MARK --set-xmark 0x7/0xffffffff\nCOMMIT`,
  )(folder);
};

/** What may be said of one container alone, and of whom nobody else need know. */
const SINGLED_OUT: Readonly<Record<string, (folder: string) => void>> = {
  'by nothing': () => undefined,
  'by its MAC address': rule(`-A FORWARD -m mac --mac-source ${CARD.mac} -j DROP`),
  'by another MAC address': rule(`-A FORWARD -m mac ! --mac-source ${CARD.mac} -j DROP`),
  'by the port that its packets come in by': rule(`-A FORWARD -m physdev --physdev-in ${CARD.veth} -j DROP`),
  'by the port that its packets leave by': rule(`-A FORWARD -m physdev --physdev-is-bridged --physdev-out ${CARD.veth} -j DROP`),
  'by some of the ports': rule('-A FORWARD -m physdev --physdev-in veth000000+ -j DROP'),
  'by a range of one source': rule(`-A FORWARD -m iprange --src-range ${CARD.ip}-${CARD.ip} -j DROP`),
  'by the source of the connection': rule(`-A FORWARD -m conntrack --ctorigsrc ${CARD.ip} -j DROP`),
  'by who answers': rule(`-A FORWARD -m conntrack --ctreplsrc ${CARD.ip} -j DROP`),
  'by ports of its own': rule(`-A FORWARD -d ${CARD.ip}/32 -p tcp -m multiport --dports 49152,50000 -j DROP`),
  'by a mark for its address': mangle(`-s ${CARD.ip}/32`),
  'by a mark for its bridge port': mangle(`-m physdev --physdev-in ${CARD.veth}`),
  'by a neighbour that is fixed': line('host/ip-neigh.txt', `${CARD.ip} dev docker0 lladdr 02:42:de:ad:be:ef PERMANENT`),
  'by a neighbour of its own': line(`netns/${CARD.name}/ip-neigh.txt`, '172.17.0.1 dev eth0 lladdr 02:42:de:ad:be:ef PERMANENT'),
  'by an entry of the bridge': line('host/bridge-fdb.txt', `${CARD.mac} dev up0 master docker0 permanent`),
  'by a route to it': line('host/ip-route.txt', `blackhole ${CARD.ip}`),
  'by a route of its own': line(`netns/${CARD.name}/ip-route.txt`, 'blackhole 172.17.1.7'),
  'by a policy rule for its packets': policy(`from ${CARD.ip} blackhole`),
  'by a policy rule for packets to it': policy(`from all to ${CARD.ip} blackhole`),
  'by an address that begins with its own': rule(`-A FORWARD -s ${CARD.ip}0/32 -j DROP`),
};

describe('a container that something singles out', () => {
  const root = mkdtempSync(join(tmpdir(), 'alike-'));
  beforeAll(() => writeBigHost(join(root, 'plain'), { containers: 12, ports: 2 }));
  afterAll(() => rmSync(root, { recursive: true }));

  it.each(Object.keys(SINGLED_OUT))('fares in the matrix as its flows do: %s', async (how) => {
    const folder = join(root, how);
    cpSync(join(root, 'plain'), folder, { recursive: true });
    SINGLED_OUT[how]!(folder);
    const host = await loadSnapshot(folder);
    const own = createMachine(host);
    const matrix = reachabilityMatrix(createMachine(host), { unlistened: false });
    const wrong = matrix.sources.flatMap(({ kind, name, from }, s) =>
      kind === 'network'
        ? []
        : matrix.services.flatMap(({ proto, port, addresses }, v) => {
            const { reach } = matrix.results[matrix.cells[s]![v]!]!;
            const [to = '', ...more] = addresses;
            if (more.length > 0 || reach === 'partial') return [];
            const flow = {
              from: kind === 'container' || kind === 'host' ? name : from,
              to,
              proto,
              ...(port !== undefined && { dport: port }),
            };
            const { outcome } = traceFlow(own, flow);
            const fares = outcome === 'connected' ? 'open' : outcome === 'unknown' ? 'unknown' : 'closed';
            return fares === reach ? [] : [{ ...flow, outcome, reach }];
          }),
    );
    expect(wrong).toEqual([]);
  });
});
