import { allChains, ruleAt } from '../netfilter/iptables/index.js';
import { parseIp, parsePrefix } from '../address/ip.js';
import { didYouMean, withHostGrounds, type Machine } from '../datapath/index.js';
import { containersCalled } from '../inventory/index.js';
import type { Explanation } from '../model/explanation.js';
import { isHostNetns } from '../model/netns.js';
import type { Origin } from '../model/origin.js';
import { explainAddress, explainSubnet } from './address.js';
import { explainChain } from './chain.js';
import { explainContainer, type ContainerSubject } from './container.js';
import { isIn, nativeChains, nativeRules, nativeSets, readNativeName, standsAt, type NativeChainPlace } from './find-native.js';
import { explainInterface } from './interface.js';
import { explainNativeChain, explainNativeRule, explainSet } from './native.js';
import { explainLogLine } from './log-line.js';
import { explainNetwork } from './network.js';
import { explainPort, portIsKnown } from './port.js';
import { explainRule } from './rule.js';
import { interfacesNamed, NothingToExplain, type Located } from './subject.js';

export { NothingToExplain } from './subject.js';

const MOST = 8;

/** `host/iptables-save.txt:41`: a rule, or what else stands in that line. */
function byPlace(machine: Machine, what: string): readonly Explanation[] {
  const [, file = '', number = '0'] = /^(.+):(\d{1,9})$/.exec(what) ?? [];
  const here = ({ origin }: { readonly origin: Origin }): boolean => origin.line === Number(number) && origin.file === file;
  const rule = ruleAt(machine.host, file, Number(number));
  if (rule !== undefined) return [explainRule(machine, rule)];
  const chain = allChains(machine.host).find((place) => here(place.chain));
  if (chain !== undefined) return [explainChain(chain)];
  const native = nativelyAt(machine, { file, line: Number(number) });
  if (native.length > 0) return native;
  for (const ns of machine.namespaces.values()) {
    const iface = ns.netns.interfaces.find(here);
    if (iface !== undefined) return [explainInterface(machine, { ns, iface })];
    const socket = ns.netns.sockets.find(here);
    if (socket !== undefined) return explainPort(machine, socket.port, socket.proto);
    const route = ns.netns.routes.find(here);
    if (route !== undefined) return [explainSubnet(machine, route.dst)];
  }
  return [];
}

/** Rules, chains and sets of nftables in a line; a listing in JSON may have them all in one, where a handle has to tell. */
function nativelyAt(machine: Machine, at: Origin): readonly Explanation[] {
  const rules = nativeRules(machine, ({ rule }) => standsAt(rule.origin, at));
  if (rules.length > 0) return rules.map((place) => explainNativeRule(machine, place));
  const chains = nativeChains(machine).filter(({ chain }) => standsAt(chain.origin, at));
  const sets = nativeSets(machine).filter(({ set }) => standsAt(set.origin, at));
  return [...chains.map((place) => explainNativeChain(machine, place)), ...sets.map((place) => explainSet(machine, place))];
}

/** `filter-FORWARD`, `ip docker-bridges filter-FORWARD`, `inet mine @blocked`, `inet mine fwd0 handle 7`. */
function byNative(machine: Machine, what: string): readonly Explanation[] {
  const wanted = readNativeName(what);
  if (wanted === undefined) return [];
  const { name, handle } = wanted;
  const isHere = ({ table, chain }: NativeChainPlace): boolean => chain.name === name && isIn(table, wanted);
  if (handle !== undefined)
    return nativeRules(machine, (place) => isHere(place) && place.rule.handle === handle).map((place) => explainNativeRule(machine, place));
  const sets = nativeSets(machine).filter(({ table, set }) => set.name === name && isIn(table, wanted));
  return [
    ...nativeChains(machine)
      .filter(isHere)
      .map((place) => explainNativeChain(machine, place)),
    ...sets.map((place) => explainSet(machine, place)),
  ];
}

/** `docker0`, `vethc519f84@if8`, `web/eth0`, `if9`. */
function byInterface(machine: Machine, what: string): readonly Explanation[] {
  const [, place, name = ''] = /^(?:([^/]+)\/)?([^/@]+)(?:@if\d+)?$/.exec(what) ?? [];
  const index = /^if(\d+)$/.exec(name)?.[1];
  const found: readonly Located[] = index === undefined ? interfacesNamed(machine, name) : indexed(machine, Number(index));
  return found.filter(({ ns }) => place === undefined || ns.name === place).map((located) => explainInterface(machine, located));
}

function indexed(machine: Machine, index: number): Located[] {
  return [...machine.namespaces.values()].flatMap((ns) =>
    [...ns.interfaces.values()].filter((i) => i.index === index && index > 0).map((iface) => ({ ns, iface })),
  );
}

function byContainer(machine: Machine, what: string): readonly Explanation[] {
  const named = containersCalled(machine.host.containers, what);
  const subjects: ContainerSubject[] = named.map((container) => ({ name: container.name, netns: container.netns, container }));
  if (subjects.length === 0 && !isHostNetns(what) && machine.namespaces.has(what)) subjects.push({ name: what, netns: what });
  return subjects.map((subject) => explainContainer(machine, subject));
}

function byAddress(machine: Machine, what: string): readonly Explanation[] {
  const ip = parseIp(what === 'localhost' ? '127.0.0.1' : what);
  if (ip !== undefined) return [explainAddress(machine, ip)];
  const subnet = what.includes('/') ? parsePrefix(what) : undefined;
  return subnet === undefined ? [] : [explainSubnet(machine, subnet)];
}

/** A number is a port, unless the snapshot knows it as an interface's index alone. */
function byPort(machine: Machine, what: string): readonly Explanation[] {
  const [, number, proto] = /^:?(\d{1,5})(?:\/(tcp|udp))?$/.exec(what) ?? [];
  const port = Number(number ?? 0);
  if (port < 1 || port > 65535) return [];
  const interfaces = proto === undefined && !portIsKnown(machine, port) ? indexed(machine, port) : [];
  if (interfaces.length > 0) return interfaces.map((located) => explainInterface(machine, located));
  return explainPort(machine, port, proto === 'tcp' || proto === 'udp' ? proto : undefined);
}

/** `DOCKER`, `nat DOCKER`, `nat/DOCKER`. */
function byChain(machine: Machine, what: string): readonly Explanation[] {
  const [, table, name = ''] = /^(?:(raw|mangle|nat|filter|security)[ /])?(\S+)$/.exec(what) ?? [];
  const named = allChains(machine.host).filter((place) => place.chain.name === name && (table === undefined || place.table.name === table));
  const onHost = named.filter((place) => isHostNetns(place.netns));
  return (onHost.length > 0 ? onHost : named).map(explainChain);
}

function byNetwork(machine: Machine, what: string): readonly Explanation[] {
  return machine.host.networks
    .filter((n) => n.name === what || (what.length >= 4 && n.id.startsWith(what)))
    .map((n) => explainNetwork(machine, n));
}

/**
 * Says what a thing of the snapshot is: an interface, a bridge, an address, a subnet, a port, a container, a network, a
 * chain, a rule by its `file:line`, or a line of the kernel's log. A name that stands for several things gives each.
 * @throws NothingToExplain where the snapshot knows nothing of the name.
 */
export function explain(machine: Machine, what: string): readonly Explanation[] {
  const logged = explainLogLine(machine, what);
  if (logged.length > 0) return logged;
  const readers = [byPlace, byAddress, byPort, byInterface, byContainer, byNetwork, byChain, byNative];
  const found = readers.flatMap((read) => read(machine, what));
  if (found.length > 0) return found.slice(0, MOST).map((one) => ({ ...one, ...withHostGrounds(machine.host) }));
  const [, file, number] = /^(.+):(\d{1,9})$/.exec(what) ?? [];
  if (file !== undefined && /[./]/.test(file))
    throw new NothingToExplain(
      `no rule, chain, interface, socket or route of the snapshot stands in line ${number} of ${file}; a file is named as inspect names it, such as host/iptables-save.txt`,
    );
  const names = [...machine.root.interfaces.keys(), ...[...machine.namespaces.keys()].filter((name) => !isHostNetns(name))];
  const known = [...names, ...machine.host.containers.map((one) => one.name), ...machine.host.networks.map((one) => one.name)];
  throw new NothingToExplain(
    `nothing in the snapshot is called "${what}"${didYouMean(what, [...new Set(known)])}; ask for an interface, container, network or chain by name (${names.slice(0, 12).join(', ')} …), an address, a subnet, a port, or a rule as file:line`,
  );
}
