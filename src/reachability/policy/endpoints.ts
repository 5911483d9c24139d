import { contains, formatIp, parsePrefix, type Ip, type Prefix } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import { containersMeant, isBlanked } from '../../inventory/index.js';
import type { Container } from '../../model/host.js';
import { HOST_NETNS, isHostNetns, type NetnsName } from '../../model/netns.js';
import { intersect, type RangeSet } from '../../address/ranges.js';
import { addressesOf, askedAt, hostAskedAt } from '../../surface/index.js';
import { outsideClients, type SourceClass } from '../sources.js';
import { lastOf } from '../../address/ip.js';

/** One sender, with the name people know it by. */
export interface PolicySender {
  readonly label: string;
  readonly client: SourceClass;
  /** Namespace of the snapshot that it sends from. */
  readonly netns?: NetnsName;
}

/** One destination: a namespace by whatever address, or addresses as they are asked for. */
export type Receiver =
  | { readonly kind: 'netns'; readonly label: string; readonly netns: string }
  | { readonly kind: 'addresses'; readonly label: string; readonly addresses: readonly string[]; readonly outside: boolean };

const LIKE_ANY = new Set(['any', 'all', '*']);

function within(addresses: RangeSet, prefix: Prefix): string | undefined {
  const [range] = intersect(addresses, [[prefix.addr, lastOf(prefix)]]);
  if (range === undefined) return undefined;
  const [lo, hi] = range;
  return formatIp(lo === hi ? lo : typeof lo === 'number' ? lo + 1 : lo + 1n);
}

/** Finds what the names in a policy stand for in one snapshot. */
export class PolicyEndpoints {
  private readonly outside;
  private readonly running: readonly Container[];
  /** Names that stood for nothing, and why. */
  readonly empty = new Map<string, string>();
  /** Groups that a name stands in, of those that were asked for. */
  private readonly groupsOf = new Map<string, ReadonlySet<string>>();
  /** Namespaces of containers that run and of which the snapshot shows nothing to ask. */
  readonly unseen = new Set<string>();
  /** Namespaces that names stood for: one whose addresses are in doubt may send and answer by others. */
  readonly named = new Set<string>();
  /** Selectors by values of labels that the snapshot does not hold. */
  readonly blanked = new Set<string>();

  constructor(
    readonly machine: Machine,
    private readonly groups: ReadonlyMap<string, readonly string[]>,
  ) {
    this.outside = outsideClients(machine);
    this.running = machine.host.containers.filter((c) => c.running);
  }

  /** Begins anew with what stands for nothing. */
  forget(): void {
    this.empty.clear();
    this.blanked.clear();
    this.unseen.clear();
    this.named.clear();
  }

  /** @returns whether a name, or a group that it stands in, is among those given. */
  isAmong(name: string, given: readonly string[]): boolean {
    const groups = this.groupsOf.get(name) ?? new Set<string>();
    return given.some((one) => one === name || groups.has(one.replace(/^group:/, '')));
  }

  private expand(names: readonly string[], seen: ReadonlySet<string> = new Set()): readonly string[] {
    return names.flatMap((name) => {
      const bare = name.replace(/^group:/, '');
      const group = this.groups.get(bare);
      if (group?.length === 0) this.empty.set(name, 'it is an empty group');
      if (group === undefined || seen.has(bare)) this.groupsOf.set(name, seen);
      return group === undefined || seen.has(bare) ? [name] : this.expand(group, new Set([...seen, bare]));
    });
  }

  private noteEmpty(name: string): void {
    if (this.blanked.has(name)) return;
    const stopped = this.machine.host.containers.some((c) => !c.running && c.name === name);
    const beyond = name === 'outside' || name === 'internet' || name === 'lan';
    const unknown = beyond ? 'this snapshot shows no way there' : 'nothing in this snapshot has that name';
    const unseen = this.running.some((c) => c.name === name);
    const why = stopped ? 'the container is not running' : unseen ? 'it runs, and the snapshot shows nothing of its namespace' : unknown;
    this.empty.set(name, why);
  }

  /** Namespaces of containers that can be asked; the others are noted, as what they would answer is not known. */
  private spacesOf(containers: readonly Container[]): readonly string[] {
    const all = [...new Set(containers.map((c) => c.netns))];
    for (const netns of all) if (!this.machine.namespaces.has(netns)) this.unseen.add(netns);
    return all.filter((netns) => this.machine.namespaces.has(netns));
  }

  /** Namespaces that a name stands for; undefined where it is not one of containers. */
  private spaces(name: string): readonly string[] | undefined {
    const [kind, ...rest] = name.split(':');
    const value = rest.join(':');
    const namesOf = (keep: (c: Container) => boolean): readonly string[] => this.spacesOf(this.running.filter(keep));
    if (name === 'host') return [HOST_NETNS];
    if (name === 'containers') return namesOf((c) => !isHostNetns(c.netns));
    if (kind === 'network' && value !== '') return namesOf((c) => !isHostNetns(c.netns) && c.endpoints.some((e) => e.network === value));
    if (kind === 'label' && value !== '') {
      const [key = '', ...wanted] = value.split('=');
      const sought = wanted.join('=');
      const left = isBlanked(this.machine.host.blankedLabels, key) && this.running.some((c) => c.labels.get(key) === '');
      if (wanted.length > 0 && left) this.blanked.add(name);
      return namesOf((c) => c.labels.has(key) && (wanted.length === 0 || c.labels.get(key) === sought));
    }
    const container = this.running.find((c) => c.name === name);
    if (container !== undefined) return this.spacesOf([container]);
    if (this.machine.namespaces.has(name)) return [name];
    const called = containersMeant(this.running, name);
    if (called.length > 0) return this.spacesOf(called);
    return name === 'localhost' || name === this.machine.host.meta.hostname ? [HOST_NETNS] : undefined;
  }

  private outsiders(clients: readonly SourceClass[], label: string): readonly PolicySender[] {
    return clients.map((client) => ({ label, client }));
  }

  private prefixSenders(prefix: Prefix, label: string): readonly PolicySender[] {
    const own = [...this.machine.namespaces.values()].filter((ns) => addressesOf(ns).some((ip) => contains(prefix, ip)));
    const inside = own.map((ns): PolicySender => ({ label: ns.name, client: { from: ns.name }, netns: ns.name }));
    const beyond = [...this.outside.lan, ...this.outside.beyond].flatMap((client): readonly PolicySender[] => {
      const from = client.addresses === undefined ? undefined : within(client.addresses, prefix);
      return from === undefined ? [] : [{ label, client: { ...client, from } }];
    });
    return [...inside, ...beyond];
  }

  /** @returns everybody that the names stand for, each once. */
  senders(names: readonly string[]): readonly PolicySender[] {
    const found = new Map<string, PolicySender>();
    for (const name of this.expand(names)) {
      const senders = this.sendersOf(name);
      if (senders.length === 0) this.noteEmpty(name);
      for (const sender of senders) found.set(`${sender.client.from} ${sender.client.family ?? ''}`, sender);
    }
    return [...found.values()];
  }

  private sendersOf(name: string): readonly PolicySender[] {
    if (name === 'outside' || name === 'internet') return this.outsiders(this.outside.beyond, 'outside');
    if (name === 'lan') return this.outsiders(this.outside.lan, 'lan');
    if (LIKE_ANY.has(name)) return ['outside', 'lan', 'host', 'containers'].flatMap((one) => this.sendersOf(one));
    const spaces = this.spaces(name);
    for (const netns of spaces ?? []) this.named.add(netns);
    if (spaces !== undefined) return spaces.map((netns) => ({ label: netns, client: { from: netns }, netns }));
    const prefix = parsePrefix(name);
    return prefix === undefined ? [] : this.prefixSenders(prefix, name);
  }

  /** @returns every destination that the names stand for, each once. */
  receivers(names: readonly string[]): readonly Receiver[] {
    const found = new Map<string, Receiver>();
    for (const name of this.expand(names)) {
      const receivers = this.receiversOf(name);
      if (receivers.length === 0) this.noteEmpty(name);
      // a prefix may hold addresses of this host and of machines outside
      const place = (r: Receiver): string => (r.kind === 'addresses' && r.outside ? 'outside' : r.kind);
      for (const receiver of receivers) found.set(`${place(receiver)} ${receiver.label}`, receiver);
    }
    return [...found.values()];
  }

  private receiversOf(name: string): readonly Receiver[] {
    const far = (clients: readonly SourceClass[], label: string): readonly Receiver[] =>
      clients.length === 0 ? [] : [{ kind: 'addresses', label, addresses: clients.map((c) => c.from), outside: true }];
    if (name === 'outside' || name === 'internet') return far(this.outside.beyond, 'outside');
    if (name === 'lan') return far(this.outside.lan, 'lan');
    if (LIKE_ANY.has(name)) {
      this.spacesOf(this.running);
      const all = [...this.machine.namespaces.values()].flatMap((ns) => (ns.isHost ? [] : addressesOf(ns)));
      return [
        { kind: 'addresses', label: 'any', addresses: [...new Set([...askedAt(this.machine), ...all])].map(formatIp), outside: false },
      ];
    }
    const spaces = this.spaces(name);
    for (const netns of spaces ?? []) this.named.add(netns);
    if (spaces !== undefined) {
      return spaces.map((netns) =>
        isHostNetns(netns)
          ? { kind: 'addresses', label: 'host', addresses: hostAskedAt(this.machine).map(formatIp), outside: false }
          : { kind: 'netns', label: netns, netns },
      );
    }
    const prefix = parsePrefix(name);
    if (prefix === undefined) return [];
    const own = [...this.machine.namespaces.values()].flatMap((ns) => addressesOf(ns).filter((ip: Ip) => contains(prefix, ip)));
    const beyond = [...this.outside.lan, ...this.outside.beyond].flatMap((c) => within(c.addresses ?? [], prefix) ?? []);
    const inside: readonly Receiver[] =
      own.length === 0 ? [] : [{ kind: 'addresses', label: name, addresses: own.map(formatIp), outside: false }];
    return [...inside, ...(beyond.length === 0 ? [] : [{ kind: 'addresses', label: name, addresses: beyond, outside: true } as const])];
  }
}
