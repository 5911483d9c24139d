import type { Host, Netns, SourceKind } from '../model/host.js';
import type { Lack } from '../model/lack.js';
import { HOST_NETNS, isHostNetns, netnsFolder } from '../model/netns.js';
import { nativeRulesOf } from './native-rules.js';
import { unlistedMembers, untoldContainers } from './untold-containers.js';

/** Kinds of evidence: listings of a namespace, and what Docker itself tells. */
export type EvidenceKind = SourceKind | 'containers' | 'networks' | 'info';

interface Told {
  readonly file: string;
  readonly command: string;
  /** `the rules`, of which a namespace's name follows. */
  readonly what: string;
}

/** Where each kind is found, and the command that prints it. */
const TOLD: Readonly<Record<EvidenceKind, Told>> = {
  iptables: { file: 'iptables-save.txt', command: 'iptables-save', what: 'the rules' },
  ip6tables: { file: 'ip6tables-save.txt', command: 'ip6tables-save', what: 'the IPv6 rules' },
  ipset: { file: 'ipset-save.txt', command: 'ipset save', what: 'the sets' },
  ipvs: { file: 'ipvs-save.txt', command: 'ipvsadm -Sn', what: 'the virtual servers' },
  addr: { file: 'ip-addr.json', command: 'ip -j -d addr show', what: 'the addresses' },
  route: { file: 'ip-route.json', command: 'ip -j -d route show table all', what: 'the routes' },
  route6: { file: 'ip6-route.json', command: 'ip -6 -j -d route show table all', what: 'the IPv6 routes' },
  rule: { file: 'ip-rule.json', command: 'ip -j rule show', what: 'the policy rules' },
  rule6: { file: 'ip6-rule.json', command: 'ip -6 -j rule show', what: 'the IPv6 policy rules' },
  neigh: { file: 'ip-neigh.json', command: 'ip -j neigh show', what: 'the neighbours' },
  'bridge-link': { file: 'bridge-link.json', command: 'bridge -j -d link show', what: 'the bridge ports' },
  'bridge-fdb': { file: 'bridge-fdb.json', command: 'bridge -j fdb show', what: 'the forwarding database' },
  'bridge-vlan': { file: 'bridge-vlan.json', command: 'bridge -j vlan show', what: 'the VLANs of bridge ports' },
  sockets: { file: 'ss.txt', command: 'ss -H -tulpn', what: 'the listeners' },
  sysctl: { file: 'sysctl.txt', command: 'sysctl -a', what: 'the settings' },
  nft: { file: 'nft-ruleset.json', command: 'nft -j list ruleset', what: 'the native nftables rules' },
  containers: { file: 'containers.json', command: 'docker inspect $(docker ps -aq)', what: 'the containers' },
  networks: { file: 'networks.json', command: 'docker network inspect $(docker network ls -q)', what: 'the networks' },
  info: { file: 'info.json', command: "docker info --format '{{json .}}'", what: 'what docker info tells' },
};

const OF_DOCKER: ReadonlySet<EvidenceKind> = new Set<EvidenceKind>(['containers', 'networks', 'info']);
/** What a packet's way through any namespace rests on, what decides most first. */
const OF_WAYS = ['iptables', 'addr', 'route', 'sockets', 'sysctl', 'ip6tables', 'route6', 'rule', 'rule6', 'neigh', 'nft'] as const;
const ONLY_6: ReadonlySet<EvidenceKind> = new Set<EvidenceKind>(['ip6tables', 'route6', 'rule6']);
/** And through the host's bridges. */
const OF_BRIDGES = ['bridge-link', 'bridge-fdb'] as const;

/** @returns whether a namespace may speak IPv6: where addresses are listed, only with one that others can send to. */
function hasIpv6({ sources, interfaces }: Netns): boolean {
  if (sources.get('addr')?.state !== 'whole') return true;
  return interfaces.some(({ addresses }) =>
    addresses.some(({ ip, scope }) => typeof ip === 'bigint' && scope !== 'link' && scope !== 'host'),
  );
}

/** Tells what a snapshot holds of what answers rest on: the state of each listing, not what stands in it. */
export class Evidence {
  private readonly states: ReadonlyMap<string, 'whole' | 'part' | 'none'>;

  constructor(readonly host: Host) {
    this.states = new Map(host.files.map(({ file, used }) => [file, used]));
  }

  /** @returns what is lacking of one kind; undefined where it is whole, or where nothing can be made of it here. */
  lack(kind: EvidenceKind, netns = HOST_NETNS): Lack | undefined {
    return OF_DOCKER.has(kind) ? this.ofDocker(kind) : this.ofNetns(kind, netns);
  }

  /** @returns what is lacking of what a way through a namespace rests on. */
  ofWay(netns: string): readonly Lack[] {
    const vlans = this.host.netns.get(netns)?.interfaces.some((i) => i.detail.kind === 'bridge' && i.detail.vlanFiltering) ?? false;
    const bridging: readonly EvidenceKind[] = vlans ? [...OF_BRIDGES, 'bridge-vlan'] : OF_BRIDGES;
    const kinds: readonly EvidenceKind[] = isHostNetns(netns) ? [...OF_WAYS, ...bridging] : OF_WAYS;
    return kinds.flatMap((kind) => this.lack(kind, netns) ?? []);
  }

  /** @returns what is lacking of what tells who is there: on the host, what it runs, and where others knock. */
  ofHost(): readonly Lack[] {
    const listed = (['containers', 'networks'] as const).flatMap((kind) => this.lack(kind) ?? []);
    return [...this.ofWay(HOST_NETNS), ...listed, ...this.untoldFolders()];
  }

  /** Folders of namespaces that could not be read, or are called as none can be: who is in them is not known. */
  private untoldFolders(): readonly Lack[] {
    return this.host.files.flatMap(({ file, why }): Lack[] =>
      why === undefined || !file.startsWith('netns/') || !file.endsWith('/')
        ? []
        : [{ file, state: 'unreadable', why, command: 'dtrace-path collect', what: 'what is listed of a namespace' }],
    );
  }

  /** @returns all that is lacking, of every namespace that the snapshot knows of. */
  all(): readonly Lack[] {
    const inside = this.namespaces().filter((name) => !isHostNetns(name));
    return [...this.ofHost(), ...inside.flatMap((name) => this.ofWay(name))];
  }

  /** @returns the namespaces that the snapshot knows of, whether it shows anything of them or not. */
  namespaces(): readonly string[] {
    return [...new Set([...this.host.netns.keys(), ...this.host.containers.filter((c) => c.running).map((c) => c.netns)])];
  }

  private ofDocker(kind: EvidenceKind): Lack | undefined {
    const { file, command, what } = TOLD[kind];
    const path = `docker/${file}`;
    const state = this.states.get(path) ?? this.states.get(path.replace(/\.json$/, '.txt'));
    const base = { file: path, command, what };
    const [untold] = kind === 'containers' && state === 'whole' ? untoldContainers(this.host) : [];
    const [member] = kind === 'containers' && state === 'whole' ? unlistedMembers(this.host) : [];
    if (member !== undefined)
      return { ...base, state: 'doubtful', why: `it does not show ${member.text}, which ${member.origin.file} tells of` };
    if (untold !== undefined) return { ...base, state: 'doubtful', why: `it tells of no running container, and ${untold.text} is there` };
    const doubt = this.doubtOf(path);
    if (doubt !== undefined) return { ...base, state: 'doubtful', why: doubt };
    if (state === 'whole') return undefined;
    if (state === 'part') return { ...base, state, why: 'parts of it were not understood' };
    return this.absent(base, '');
  }

  /** What other listings say against a file of Docker's. */
  private doubtOf(path: string): string | undefined {
    return this.host.problems.find(({ kind, origin }) => kind === 'contradiction' && origin.line === 0 && origin.file === path)?.message;
  }

  private ofNetns(kind: EvidenceKind, name: string): Lack | undefined {
    const netns = this.host.netns.get(name);
    if (ONLY_6.has(kind) && netns !== undefined && !hasIpv6(netns)) return undefined;
    const { file, command, what } = TOLD[kind];
    const inside = [...(isHostNetns(name) ? [] : ['nsenter -t PID -n']), command].join(' ');
    const path = `${netnsFolder(name)}/${file}`;
    const base = { file: path, command: inside, what: `${what} of ${isHostNetns(name) ? 'the host' : name}` };
    const listing = netns?.sources.get(sourceOf(kind));
    if (listing !== undefined) {
      const { file, state, why, doubt } = listing;
      if (state === 'part') return { ...base, file, state, why: why.join('; ') };
      return doubt === undefined ? undefined : { ...base, file, state: 'doubtful', why: doubt };
    }
    const natives = kind === 'nft' ? nativeRulesOf(this.host, name) : undefined;
    if (natives !== undefined && natives.kind !== 'open') return undefined;
    return this.absent(base, natives?.kind === 'open' ? natives.sign : '');
  }

  /** What is not there, or is not what its name says: why, as its file, the other listings or the collector tell. */
  private absent(base: Pick<Lack, 'file' | 'command' | 'what'>, sign: string): Lack {
    const names = [base.file, base.file.replace(/\.json$/, '.txt')];
    const doubt = this.host.problems.find(({ kind, origin }) => kind === 'contradiction' && names.includes(origin.file));
    if (doubt !== undefined) return { ...base, state: 'doubtful', why: doubt.message };
    if (names.some((name) => this.states.get(name) === 'none')) return { ...base, state: 'unreadable', why: 'nothing of it could be read' };
    const failed = this.host.lacking?.find(({ file }) => names.includes(file));
    const why = [sign, ...(failed === undefined ? [] : [`${failed.command}: ${failed.why}`])].filter((one) => one !== '');
    return { ...base, state: 'missing', why: why.join('; ') };
  }
}

/** Kinds of Docker's own have no entry among a namespace's sources. */
function sourceOf(kind: EvidenceKind): SourceKind {
  return kind === 'containers' || kind === 'networks' || kind === 'info' ? 'addr' : kind;
}

const ofHost = new WeakMap<Host, Evidence>();

/** @returns what a host's snapshot holds, found once. */
export function evidenceOf(host: Host): Evidence {
  let evidence = ofHost.get(host);
  if (evidence === undefined) ofHost.set(host, (evidence = new Evidence(host)));
  return evidence;
}

/**
 * Marks what may be lacking.
 * @param accepted files, or folders that end in a slash: `netns/web/`.
 */
export function markAccepted(lacking: readonly Lack[], accepted: readonly string[]): readonly Lack[] {
  return lacking.map((lack) => {
    const isAccepted = accepted.some((one) => one === lack.file || (one.endsWith('/') && lack.file.startsWith(one)));
    return isAccepted ? { ...lack, accepted: true } : lack;
  });
}
