import type { Host } from '../../src/model/host.js';
import type { FlowRequest, Trace } from '../../src/model/trace.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { loadFiles } from '../../src/snapshot/load.js';

/** An interface as a test writes it. `peer`: index of the other end, in `peerNetns` or the same namespace where that is absent. */
export interface Link {
  readonly name: string;
  readonly index: number;
  readonly kind?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly addrs?: readonly string[];
  readonly master?: string;
  readonly peer?: number;
  readonly nsid?: number;
  /** Name of the lower device or peer in the same namespace. */
  readonly lower?: string;
  readonly mac?: string;
  readonly down?: boolean;
  readonly noCarrier?: boolean;
  readonly flags?: readonly string[];
}

/** A namespace in the words of the commands that list it. */
export interface Space {
  readonly links: readonly Link[];
  readonly routes?: readonly string[];
  readonly routes6?: readonly string[];
  readonly rules?: readonly string[];
  readonly rules6?: readonly string[];
  /** `-P CHAIN DROP`, `-N CHAIN` and `-A …` by table. */
  readonly iptables?: Readonly<Record<string, readonly string[]>>;
  readonly ip6tables?: Readonly<Record<string, readonly string[]>>;
  /** `tcp 0.0.0.0:80`, with a process where it matters: `tcp 0.0.0.0:8080 docker-proxy`. */
  readonly listen?: readonly string[];
  readonly sysctl?: Readonly<Record<string, number>>;
  /** Bridge ports; `flags` are those that are on: `hairpin`, `isolated`. */
  readonly ports?: readonly {
    readonly dev: string;
    readonly bridge: string;
    readonly flags?: readonly string[];
    readonly state?: string;
  }[];
  readonly vlans?: readonly { readonly dev: string; readonly vid: number; readonly flags?: readonly string[] }[];
  readonly files?: Readonly<Record<string, string | undefined>>;
}

const HOOKS: Readonly<Record<string, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** @returns the text of iptables-save. */
export function saved(tables: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(tables)
    .map(([table, lines]) => {
      const policy = (chain: string): string => lines.find((l) => l.startsWith(`-P ${chain} `))?.split(' ')[2] ?? 'ACCEPT';
      const own = lines.filter((l) => l.startsWith('-N ')).map((l) => `:${l.slice(3)} - [0:0]`);
      const builtin = (HOOKS[table] ?? []).map((chain) => `:${chain} ${policy(chain)} [0:0]`);
      return [`*${table}`, ...builtin, ...own, ...lines.filter((l) => l.startsWith('-A ')), 'COMMIT', ''].join('\n');
    })
    .join('');
}

/** @returns a link-layer address that tells the namespace and the index. */
export function macOf(netns: string, index: number): string {
  const tag = [...netns].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 256, 7);
  return `02:00:00:00:${tag.toString(16).padStart(2, '0')}:${index.toString(16).padStart(2, '0')}`;
}

function addrEntry(netns: string, link: Link): unknown {
  const loopback = link.kind === 'loopback';
  const state = [...(link.down === true ? [] : ['UP']), ...(link.down === true || link.noCarrier === true ? ['NO-CARRIER'] : ['LOWER_UP'])];
  return {
    ifindex: link.index,
    ifname: link.name,
    flags: [loopback ? 'LOOPBACK' : 'BROADCAST', ...state, ...(link.flags ?? [])],
    mtu: 1500,
    link_type: loopback ? 'loopback' : 'ether',
    address: loopback ? '00:00:00:00:00:00' : (link.mac ?? macOf(netns, link.index)),
    ...(link.master !== undefined && { master: link.master }),
    ...(link.peer !== undefined && { link_index: link.peer }),
    ...(link.nsid !== undefined && { link_netnsid: link.nsid }),
    ...(link.lower !== undefined && { link: link.lower }),
    ...(link.kind !== undefined && !loopback && { linkinfo: { info_kind: link.kind, info_data: link.data ?? {} } }),
    addr_info: (link.addrs ?? []).map((text) => {
      const [address = '', ...words] = text.split(' ');
      const [local = '', length = '32'] = address.split('/');
      const family = local.includes(':') ? 'inet6' : 'inet';
      const near = loopback ? 'host' : local.startsWith('fe80') ? 'link' : 'global';
      return { family, local, prefixlen: Number(length), scope: near, ...Object.fromEntries(words.map((w) => [w, true])) };
    }),
  };
}

const LOOPBACK: Link = { name: 'lo', index: 1, kind: 'loopback', addrs: ['127.0.0.1/8', '::1/128'] };

function socketLine(text: string): string {
  const [proto = 'tcp', at = '', process] = text.split(' ');
  const any = at.startsWith('[') ? '[::]:*' : '0.0.0.0:*';
  const users = process === undefined ? '' : ` users:(("${process}",pid=77,fd=4))`;
  return `${proto} ${proto === 'tcp' ? 'LISTEN' : 'UNCONN'} 0 128 ${at} ${any}${users}`;
}

/** Settings that decide nothing here, by which a listing of all of them is told from one of a few. */
const OTHER_SETTINGS = Object.fromEntries(
  ['all', 'default', 'lo'].flatMap((of) =>
    ['arp_filter', 'bc_forwarding', 'log_martians', 'shared_media', 'tag'].map((key) => [`net.ipv4.conf.${of}.${key}`, 0]),
  ),
);
/** What iptables-save prints where there are none, with a word that it was run. */
const NO_RULES = '# no rules\n';

function filesOf(netns: string, dir: string, space: Space): (readonly [string, string])[] {
  const { links, routes, routes6, rules, rules6, iptables = {}, ip6tables = {}, listen = [], sysctl = {}, ports, vlans } = space;
  const port = ({ dev, bridge, flags = [], state = 'forwarding' }: NonNullable<typeof ports>[number]): unknown => ({
    ifname: dev,
    master: bridge,
    state,
    ...{ hairpin: false, isolated: false, learning: true, flood: true },
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
  });
  const texts: Readonly<Record<string, string | undefined>> = {
    'ip-addr.json': JSON.stringify([LOOPBACK, ...links].map((one) => addrEntry(netns, one))),
    'ip-route.txt': routes === undefined ? '' : `${routes.join('\n')}\n`,
    'ip6-route.txt': routes6 === undefined ? '' : `${routes6.join('\n')}\n`,
    'ip-rule.txt': `${(rules ?? ['0: from all lookup local', '32766: from all lookup main', '32767: from all lookup default']).join('\n')}\n`,
    'ip6-rule.txt': `${(rules6 ?? ['0: from all lookup local', '32766: from all lookup main']).join('\n')}\n`,
    'iptables-save.txt': saved(iptables) || NO_RULES,
    'ip6tables-save.txt': saved(ip6tables) || NO_RULES,
    'ss.txt': ['Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process', ...listen.map(socketLine), ''].join('\n'),
    'sysctl.txt': Object.entries({ ...OTHER_SETTINGS, 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1, ...sysctl })
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
    // none, so that nothing has to be taken for granted of them
    ...(Object.keys(space.files ?? {}).some((file) => file.startsWith('nft-ruleset')) ? {} : { 'nft-ruleset.json': '{"nftables":[]}' }),
    ...(ports !== undefined && { 'bridge-link.json': JSON.stringify(ports.map(port)) }),
    ...(vlans !== undefined && {
      'bridge-vlan.json': JSON.stringify(
        [...new Set(vlans.map((v) => v.dev))].map((dev) => ({
          ifname: dev,
          vlans: vlans.filter((v) => v.dev === dev).map(({ vid, flags = [] }) => ({ vlan: vid, flags })),
        })),
      ),
    }),
    ...space.files,
  };
  return Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[`${dir}/${name}`, text] as const]));
}

/** @returns the files of a snapshot of these namespaces; `docker` files are added as they stand. */
export function snapshotFiles(
  spaces: Readonly<Record<string, Space>>,
  docker: Readonly<Record<string, unknown>> = {},
): Map<string, string> {
  const files = new Map<string, string>([['meta.json', '{"format":"dtrace-path-snapshot/1"}']]);
  for (const [name, space] of Object.entries(spaces))
    for (const [path, text] of filesOf(name, name === 'host' ? 'host' : `netns/${name}`, space)) files.set(path, text);
  for (const [name, data] of Object.entries(docker)) files.set(`docker/${name}`, JSON.stringify(data));
  return files;
}

/** @returns a host of these namespaces. */
export function buildHost(spaces: Readonly<Record<string, Space>>, docker: Readonly<Record<string, unknown>> = {}): Host {
  return loadFiles(snapshotFiles(spaces, docker));
}

/** What a trace says, in a form that a test can write down whole. */
export interface Told {
  readonly outcome: string;
  readonly reason: string;
  /** One line for each change of addresses: `SRC > DST: NETNS IFACE DIR, …`; answers begin with `<`. */
  readonly packets: readonly string[];
  /** `NETNS TABLE RULE`. */
  readonly rules: readonly string[];
}

function endText(ip: string, port: number | undefined): string {
  if (port === undefined) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** @returns a trace's answer: outcome, reason, sightings, rules. */
export function told({ outcome, reason, packets, rules }: Trace): Told {
  const lines: { head: string; places: string[] }[] = [];
  for (const p of packets) {
    const head = `${p.reply ? '< ' : ''}${endText(p.src, p.sport)} > ${endText(p.dst, p.dport)}`;
    const place = `${p.netns} ${p.iface} ${p.dir}`;
    if (lines.at(-1)?.head === head) lines.at(-1)?.places.push(place);
    else lines.push({ head, places: [place] });
  }
  return {
    outcome,
    reason,
    packets: lines.map(({ head, places }) => `${head}: ${places.join(', ')}`),
    rules: rules.map((r) => `${r.netns} ${r.table} ${r.rule}`),
  };
}

/** @returns what a flow on these namespaces comes to. */
export function ask(
  spaces: Readonly<Record<string, Space>>,
  flow: FlowRequest,
  assume: readonly string[] = [],
  docker: Readonly<Record<string, unknown>> = {},
): Told {
  const given = new Map<string, string[]>();
  for (const word of assume) {
    const cut = word.indexOf('=');
    given.set(word.slice(0, cut), [...(given.get(word.slice(0, cut)) ?? []), word.slice(cut + 1)]);
  }
  return told(traceFlow(createMachine(buildHost(spaces, docker), { assume: given }), flow));
}
