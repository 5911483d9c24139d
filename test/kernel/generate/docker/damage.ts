import type { Family } from '../../../../src/address/ip.js';
import type { Rng } from '../rng.js';
import type { Scenario, ScenarioChain, ScenarioNetns, ScenarioTable } from '../scenario.js';
import type { DockerWorld } from './world.js';

/** A slip that takes a host's network down, or opens it: what people come with. */
export interface Damage {
  readonly name: string;
  readonly apply: (rng: Rng, host: ScenarioNetns, world: DockerWorld) => ScenarioNetns;
}

type Change = (chain: ScenarioChain, table: ScenarioTable) => ScenarioChain;

function everyChain(host: ScenarioNetns, change: Change): ScenarioNetns {
  return { ...host, tables: host.tables.map((t) => ({ ...t, chains: t.chains.map((chain) => change(chain, t)) })) };
}

/** Puts rules first into one chain; a table that is not there is made. */
function put(host: ScenarioNetns, family: Family, name: 'raw' | 'filter' | 'nat', chain: string, rules: readonly string[]): ScenarioNetns {
  const lines = rules.map((rule) => `-A ${chain} ${rule}`);
  if (!host.tables.some((t) => t.family === family && t.name === name)) {
    const made: ScenarioTable = { family, name, chains: [{ name: chain, policy: 'ACCEPT', rules: lines }] };
    return { ...host, tables: [...host.tables, made] };
  }
  return everyChain(host, (c, t) =>
    t.family === family && t.name === name && c.name === chain ? { ...c, rules: [...lines, ...c.rules] } : c,
  );
}

function setting(host: ScenarioNetns, key: string, value: number): ScenarioNetns {
  return { ...host, sysctls: [...host.sysctls.filter(([name]) => name !== key), [key, String(value)]] };
}

const isEstablished = (rule: string): boolean => rule.includes('ESTABLISHED');
const family = (rng: Rng): Family => (rng.chance(0.65) ? 4 : 6);
const withPolicy = (host: ScenarioNetns, hook: string): ScenarioNetns =>
  everyChain(put(put(host, 4, 'filter', hook, []), 6, 'filter', hook, []), (c, t) =>
    t.name === 'filter' && c.name === hook ? { ...c, policy: 'DROP' } : c,
  );
const NEIGHBOURS = ['-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT', '-p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT'];

/** A closed INPUT or OUTPUT as people write it: neighbour discovery, loopback and perhaps answers are let by. */
function closed(rng: Rng, host: ScenarioNetns, hook: 'INPUT' | 'OUTPUT'): ScenarioNetns {
  const own = hook === 'INPUT' ? ['-i lo -j ACCEPT', '-p tcp -m tcp --dport 22 -j ACCEPT'] : ['-o lo -j ACCEPT'];
  const answers = rng.chance(0.5) ? ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'] : [];
  return put(put(withPolicy(host, hook), 4, 'filter', hook, [...own, ...answers]), 6, 'filter', hook, [...NEIGHBOURS, ...own, ...answers]);
}

export const DAMAGES: readonly Damage[] = [
  {
    name: 'a rule for established connections is gone',
    apply: (rng, host, world) => {
      const dev = rng.chance(0.5) ? rng.pick(world.networks).name : '';
      return everyChain(host, (c) => ({ ...c, rules: c.rules.filter((rule) => !isEstablished(rule) || !rule.includes(dev)) }));
    },
  },
  { name: 'INPUT drops', apply: (rng, host) => closed(rng, host, 'INPUT') },
  { name: 'OUTPUT drops', apply: (rng, host) => closed(rng, host, 'OUTPUT') },
  {
    name: 'raw drops answers',
    apply: (rng, host, world) => {
      const up = rng.pick(world.uplinks).name;
      const net = rng.pick(world.networks);
      const wanted = family(rng);
      const subnet = wanted === 4 ? `172.${net.number}.0.0/24` : `fd00:${net.number}::/64`;
      const rule = rng.pick([
        `-i ${up} -p tcp -m tcp --sport 443 -j DROP`,
        `-i ${up} -p udp -j DROP`,
        `-d ${subnet} ! -i ${net.name} -j DROP`,
        `-i ${net.name} -p tcp -m tcp --sport 80 -j DROP`,
      ]);
      return put(host, wanted, 'raw', 'PREROUTING', [rule]);
    },
  },
  {
    name: 'nat is flushed',
    apply: (rng, host) => {
      const only = rng.chance(0.5) ? 'POSTROUTING' : undefined;
      return everyChain(host, (c, t) => (t.name === 'nat' && (only === undefined || c.name === only) ? { ...c, rules: [] } : c));
    },
  },
  {
    name: 'filter is flushed, and its policies stay',
    apply: (_, host) => everyChain(host, (c, t) => (t.name === 'filter' ? { ...c, rules: [] } : c)),
  },
  {
    name: 'nothing is forwarded',
    apply: (rng, host) => setting(host, rng.chance(0.7) ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding', 0),
  },
  {
    name: 'a device does not forward',
    apply: (rng, host, world) => {
      const dev = rng.pick([...world.networks, ...world.uplinks]).name;
      return setting(host, `net.${rng.pick(['ipv4', 'ipv4', 'ipv6'])}.conf.${dev}.forwarding`, 0);
    },
  },
  {
    name: 'a bridge is down',
    apply: (rng, host, world) => ({ ...host, ip: [...host.ip, `link set dev ${rng.pick(world.networks).name} down`] }),
  },
  {
    name: 'a port of a bridge is down',
    apply: (rng, host, world) => ({ ...host, ip: [...host.ip, `link set dev ${rng.pick(world.containers).cards[0]!.hostEnd} down`] }),
  },
  {
    name: 'a firewall of the administrator, in DOCKER-USER',
    apply: (rng, host, world) => {
      const up = rng.pick(world.uplinks).name;
      const rule = rng.pick([
        `-i ${up} -p tcp -m tcp --dport ${rng.pick([80, 8080, 443])} -j DROP`,
        `-i ${up} -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP`,
        `-i ${up} -m conntrack --ctstate NEW -j DROP`,
        `-i ${up} ! -s 203.0.113.0/24 -j DROP`,
        `-o ${up} -p udp -j REJECT --reject-with icmp-port-unreachable`,
        `-o ${up} -p tcp -m tcp --dport 443 -j DROP`,
      ]);
      return put(host, 4, 'filter', 'DOCKER-USER', [rule]);
    },
  },
  {
    name: 'what is sent out goes as the address of another uplink',
    apply: (_, host, world) => {
      const [first, other] = world.uplinks;
      if (first === undefined || other === undefined) return host;
      return put(host, 4, 'nat', 'POSTROUTING', [`-s 172.16.0.0/12 -o ${first.name} -j SNAT --to-source ${other.v4}`]);
    },
  },
  {
    name: 'the other uplink has a table of its own',
    apply: (rng, host, world) => {
      const [, other] = world.uplinks;
      if (other === undefined) return host;
      const from = rng.pick([`172.${rng.pick(world.networks).number}.0.0/24`, other.v4]);
      const ip = [`route add default via ${other.gateway4} dev ${other.name} table 100`, `rule add from ${from} pref 1000 lookup 100`];
      return { ...host, ip: [...host.ip, ...ip] };
    },
  },
  {
    name: 'strict reverse path',
    apply: (rng, host, world) => {
      const dev = rng.pick(['all', ...world.uplinks.map((u) => u.name), ...world.networks.map((n) => n.name)]);
      return setting(host, `net.ipv4.conf.${dev}.rp_filter`, 1);
    },
  },
  {
    name: 'bridges do not pass through iptables',
    apply: (_, host) => setting(setting(host, 'net.bridge.bridge-nf-call-iptables', 0), 'net.bridge.bridge-nf-call-ip6tables', 0),
  },
];

/** @returns the scenario with up to three slips on its host. */
export function damaged(rng: Rng, scenario: Scenario, world: DockerWorld): Scenario {
  const chosen = rng.times(0, 3, () => rng.pick(DAMAGES));
  const namespaces = scenario.namespaces.map((n) =>
    n.name === 'host' ? [...new Set(chosen)].reduce((host, damage) => damage.apply(rng, host, world), n) : n,
  );
  return { ...scenario, namespaces };
}
