import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { FlowRequest, Trace } from '../../src/model/trace.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';

/** Every listing of one namespace, taken with the tools of Debian 12 and BusyBox, each under `$ COMMAND`. */
const LISTINGS = new Map(
  readFileSync('fixtures/pasted/every-form.txt', 'utf8')
    .split(/^(?=\$ )/m)
    .map((text) => [text.slice(2, text.indexOf('\n')), text] as const),
);

/** The listing of each kind that shows most. */
const WHOLE = {
  addr: 'ip -j -d addr',
  route: 'ip -j -d route show table all',
  route6: 'ip -6 -j -d route show table all',
  rule: 'ip -j rule',
  rule6: 'ip -6 -j rule',
  sockets: 'ss -H -tulpn',
  neigh: 'ip -j neigh',
  bridge: 'bridge -j -d link',
  sysctl: 'sysctl -a',
  iptables: 'iptables-save',
  ip6tables: 'ip6tables-save',
  nft: 'nft list ruleset',
} as const;
type Kind = keyof typeof WHOLE;

/** What a command lists; undefined where the table below has nothing to set beside it. */
function kindOf(command: string): Kind | undefined {
  const six = /-6|inet6|ipv6/.test(command);
  if (/^netstat -\d*\w*r|route/.test(command) || / r$/.test(command)) return six ? 'route6' : 'route';
  if (/rule| ru\b/.test(command)) return six ? 'rule6' : 'rule';
  if (/^(?:busybox )?(?:ss|netstat|lsof)|\/net\/(?:tcp|udp)/.test(command)) return 'sockets';
  if (/neigh|arp| n$/.test(command)) return 'neigh';
  if (/^bridge|brctl/.test(command)) return 'bridge';
  return /^(?:busybox )?(?:ip |ifconfig)|if_inet6/.test(command) ? 'addr' : undefined;
}

const flow = (from: string, to: string, dport: number, proto: 'tcp' | 'udp' = 'tcp'): FlowRequest => ({ from, to, proto, dport });
const FLOWS = [
  flow('host', '8.8.8.8', 53),
  flow('host', '10.77.1.1', 80),
  flow('host', '10.66.1.1', 80),
  flow('host', '10.65.1.1', 80),
  flow('host', '172.30.0.9', 80),
  flow('host', '198.51.100.11', 8080),
  flow('host', '127.0.0.1', 5432),
  flow('host', '127.0.0.1', 443),
  flow('host', '127.0.0.1', 80),
  flow('host', '127.0.0.1', 9),
  flow('host', '::1', 443),
  flow('host', '::1', 9),
  flow('host', '127.0.0.1', 53, 'udp'),
  flow('host', '::1', 5353, 'udp'),
  flow('host', '127.0.0.1', 9, 'udp'),
  flow('host', '2001:db8:8::8', 443),
  flow('203.0.113.8', '198.51.100.10', 8080),
  flow('203.0.113.8', '198.51.100.10', 443),
  flow('203.0.113.8', '198.51.100.11', 5432),
  flow('203.0.113.8', '10.9.9.9', 8080),
  flow('2001:db8:8::8', '2001:db8:1::10', 443),
  flow('2001:db8:8::8', '2001:db8:1::10', 8080),
];

/** The outcome of each flow, where a listing stands in the place of the one that shows most. */
function ask(kind?: Kind, instead?: string): readonly Trace[] {
  const texts = Object.entries(WHOLE).flatMap(([name, command]) => (name === kind ? [] : [LISTINGS.get(command) ?? '']));
  const { files } = takeIn([{ path: 'p', text: [...texts, instead ?? ''].join('\n') }], 'p');
  const machine = createMachine(loadFiles(files), { assume: new Map() });
  return FLOWS.map((request) => traceFlow(machine, request));
}

/** Answers that differ say what they take for granted. */
const said = ({ assumptions }: Trace): boolean => assumptions.some(({ choice }) => choice === 'missing=sockets=both-families');

const told = ask();
const forms = [...LISTINGS.keys()].flatMap((command) => {
  const kind = kindOf(command);
  return kind === undefined || Object.values<string>(WHOLE).includes(command) ? [] : [[command, kind] as const];
});

describe('a listing in any form gives the answers of the one that shows most, or says what it does not know', () => {
  it('asks of every kind of answer', () => {
    expect([...new Set(told.map(({ outcome }) => outcome))].sort()).toEqual(['connected', 'leaves-host', 'refused', 'unreachable']);
    expect(forms.length).toBeGreaterThan(100);
  });

  it.each(forms)('%s', (command, kind) => {
    const wrong = ask(kind, LISTINGS.get(command)).flatMap((trace, i) => {
      const same = trace.outcome === 'unknown' || trace.outcome === told[i]?.outcome || said(trace);
      return same ? [] : [`${trace.flow.src} → ${trace.flow.dst}:${trace.flow.dport ?? ''}: ${trace.outcome}, ${trace.reason}`];
    });
    expect(wrong).toEqual([]);
  });
});
