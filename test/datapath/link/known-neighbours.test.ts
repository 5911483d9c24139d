import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { Trace } from '../../../src/model/trace.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const MAC = { web: '02:42:ac:11:00:02', db: '02:42:ac:11:00:03' } as const;

/** The lab with IPv6, addresses of link layers, and icc=false: nothing passes from port to port but what is established. */
function spaces(neigh: string | undefined): ReturnType<typeof lab> {
  const six = (last: number, mac: string, peer: number): object => ({
    links: [{ name: 'eth0', index: 8 + last, kind: 'veth', addrs: [`172.17.0.${last}/16`, `fd00::${last}/64`], peer, nsid: 0, mac }],
    routes6: ['default via fd00::1 dev eth0', 'fd00::/64 dev eth0 proto kernel metric 256'],
  });
  const base = lab(
    {
      routes6: ['fd00::/64 dev docker0 proto kernel metric 256'],
      sysctl: { 'net.bridge.bridge-nf-call-iptables': 1, 'net.bridge.bridge-nf-call-ip6tables': 1, 'net.ipv6.conf.all.forwarding': 1 },
      iptables: { nat: ['-A PREROUTING -d 172.17.0.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80'] },
      ip6tables: { filter: ['-A FORWARD -i docker0 -o docker0 -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j DROP'] },
      ...(neigh !== undefined && { files: { 'ip-neigh.txt': neigh } }),
    },
    { ...six(2, MAC.web, 4), listen: ['tcp *:80'] },
    six(3, MAC.db, 5),
  );
  const links = base['host']!.links.map((l) => (l.name === 'docker0' ? { ...l, addrs: [...(l.addrs ?? []), 'fd00::1/64'] } : l));
  return { ...base, host: { ...base['host']!, links } };
}

const ask = (spaces_: ReturnType<typeof lab>, from: string, to: string, dport: number): Trace =>
  traceFlow(createMachine(buildHost(spaces_)), { from, to, dport });

describe('whom the listing knows is not asked again (neigh_event_send)', () => {
  const withListing = (line: string): ReturnType<typeof lab> => {
    const all = spaces(undefined);
    const file = (text: string): object => ({ files: { 'ip-neigh.txt': text } });
    return {
      ...all,
      db: { ...all['db']!, ...file(line) },
      web: { ...all['web']!, ...file(`fd00::3 dev eth0 lladdr ${MAC.db} REACHABLE\n`) },
    };
  };

  test.each([
    ['REACHABLE', 'connected'],
    ['STALE', 'connected'],
    ['DELAY', 'connected'],
    ['PERMANENT', 'connected'],
    ['FAILED', 'unreachable'],
  ])('%s: %s', (state, outcome) => {
    const line = state === 'FAILED' ? 'fd00::2 dev eth0 FAILED\n' : `fd00::2 dev eth0 lladdr ${MAC.web} ${state}\n`;
    expect(ask(withListing(line), 'db', 'fd00::2', 80).outcome).toBe(outcome);
  });

  test('nobody is listed: the solicitation is lost', () => {
    const { outcome, reason } = ask(spaces(undefined), 'db', 'fd00::2', 80);
    expect([outcome, reason.includes('the neighbour solicitation is lost')]).toEqual(['unreachable', true]);
  });

  test('another address was listed: that one is not the one that answers', () => {
    expect(ask(withListing('fd00::2 dev eth0 lladdr 02:00:00:00:00:99 REACHABLE\n'), 'db', 'fd00::2', 80).outcome).toBe('unreachable');
  });
});

describe('a frame that the bridge translated (br_nf_pre_routing_finish_bridge)', () => {
  const hops = (neigh: string | undefined): readonly string[] =>
    ask(spaces(neigh), 'db', '172.17.0.1', 8080).packets.flatMap((p) => (p.netns === 'host' && !p.reply ? [`${p.iface} ${p.dir}`] : []));
  const straight = ['vdb in', 'vweb out'];
  const byBridge = ['vdb in', 'docker0 out', 'vweb out'];

  test.each([
    ['a cached header', `172.17.0.2 dev docker0 lladdr ${MAC.web} REACHABLE\n`, straight],
    ['a fixed entry', `172.17.0.2 dev docker0 lladdr ${MAC.web} PERMANENT\n`, straight],
    ['an entry to be asked about', `172.17.0.2 dev docker0 lladdr ${MAC.web} STALE\n`, byBridge],
    ['others only', `172.17.0.3 dev docker0 lladdr ${MAC.db} REACHABLE\n`, byBridge],
    ['no listing', undefined, straight],
  ])('%s', (_, neigh, expected) => {
    expect(hops(neigh)).toEqual(expected);
  });
});
