import { formatIp, type Family, type Ip } from '../../address/ip.js';
import type { Host, Netns, PublishedPort } from '../../model/host.js';
import type { Rule, TableName } from '../../model/netfilter.js';
import type { Change } from './change.js';
import { makeRule, withTable } from './iptables.js';

/** Where Docker's bridge driver puts a container and its ports. */
export interface Placement {
  readonly bridge: string;
  readonly ip: Ip;
  readonly ports: readonly PublishedPort[];
}

/** What shows how an Engine writes its rules: its generation, and whether docker-proxy runs. */
export interface EngineStyle {
  /** Since 28: containers are shut off from other links in `raw`, and rules are put before the closing drops. */
  readonly since28: boolean;
  /** userland-proxy is on: bridges keep out of the nat chain, so hairpin traffic goes by the proxy. */
  readonly proxy: boolean;
}

/** Reads an Engine's style from the rules it wrote, and from its version where it wrote none. */
export function engineStyle(host: Host): EngineStyle {
  const root: Netns | undefined = host.netns.get('host');
  const rules = (root?.rulesets ?? []).flatMap((set) =>
    [...set.tables.values()].flatMap((table) => [...table.chains.values()].flatMap((c) => c.rules)),
  );
  const since28 = rules.some((r) => r.chain === 'DOCKER-FORWARD') || Number.parseInt(host.meta.docker ?? '0', 10) >= 28;
  const inNat = (root?.rulesets ?? []).flatMap((set) => set.tables.get('nat')?.chains.get('DOCKER')?.rules ?? []);
  const held = root?.sockets.some((s) => s.process === 'dockerd') ?? false;
  const proxied = root?.sockets.some((s) => s.process?.startsWith('docker-pr') === true) ?? false;
  const published = inNat.some((r) => r.text.includes(' -j DNAT'));
  return { since28, proxy: proxied || inNat.some((r) => / -i \S+ -j RETURN$/.test(r.text)) || (!held && !published) };
}

interface Put {
  readonly table: TableName;
  readonly chain: string;
  readonly words: string;
  readonly where: 'first' | 'last';
}

const inUrl = (ip: Ip): string => (typeof ip === 'number' ? formatIp(ip) : `[${formatIp(ip)}]`);

/** programChainRule, and natIptablesRules, filterPortMappedOnly of Moby's bridge driver. */
function portRules({ bridge, ip }: Placement, port: PublishedPort, { since28, proxy }: EngineStyle): readonly Put[] {
  const full = typeof ip === 'number' ? 32 : 128;
  const at = `${formatIp(ip)}/${full}`;
  const match = `-p ${port.proto} -m ${port.proto}`;
  const hostIp = port.hostIp === undefined || port.hostIp === 0 || port.hostIp === 0n ? '' : `-d ${formatIp(port.hostIp)}/${full} `;
  const outside = proxy ? `! -i ${bridge} ` : '';
  const puts: Put[] = [
    {
      table: 'nat',
      chain: 'DOCKER',
      words: `${hostIp}${outside}${match} --dport ${port.hostPort} -j DNAT --to-destination ${inUrl(ip)}:${port.containerPort}`,
      where: 'last',
    },
    {
      table: 'filter',
      chain: 'DOCKER',
      words: `-d ${at} ! -i ${bridge} -o ${bridge} ${match} --dport ${port.containerPort} -j ACCEPT`,
      where: since28 ? 'first' : 'last',
    },
  ];
  if (!since28 || !proxy)
    puts.push({
      table: 'nat',
      chain: 'POSTROUTING',
      words: `-s ${at} -d ${at} ${match} --dport ${port.containerPort} -j MASQUERADE`,
      where: 'last',
    });
  const loopback = typeof port.hostIp === 'number' && port.hostIp >>> 24 === 127;
  if (since28 && loopback)
    puts.push({
      table: 'raw',
      chain: 'PREROUTING',
      words: `-d ${formatIp(port.hostIp)}/32 ! -i lo ${match} --dport ${port.hostPort} -j DROP`,
      where: 'last',
    });
  return puts;
}

/** Writes the rules that this generation of Docker writes for a container with published ports. */
export function withDockerRules(host: Host, change: Change, placement: Placement, style: EngineStyle): Host {
  const family: Family = typeof placement.ip === 'number' ? 4 : 6;
  const own = placement.ports.filter((port) => port.family === undefined || port.family === family);
  const puts: Put[] = own.flatMap((port) => portRules(placement, port, style));
  const full = family === 4 ? 32 : 128;
  if (style.since28)
    puts.push({
      table: 'raw',
      chain: 'PREROUTING',
      words: `-d ${formatIp(placement.ip)}/${full} ! -i ${placement.bridge} -j DROP`,
      where: 'last',
    });
  return puts.reduce(
    (sofar, { table: name, chain, words, where }) =>
      withTable(sofar, change, family, name, (table) => {
        const old = table.chains.get(chain) ?? { name: chain, rules: [], origin: change.origin };
        const rule: Rule = makeRule(change, family, table, chain, words.split(' '));
        const rules = where === 'first' ? [rule, ...old.rules] : [...old.rules, rule];
        return { ...table, chains: new Map(table.chains).set(chain, { ...old, rules }) };
      }),
    host,
  );
}
