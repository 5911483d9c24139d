import { command, remark } from '../../command/index.js';
import type { NetnsState } from '../../datapath/index.js';
import { runtimeBridges, withOwnNetns } from '../../inventory/index.js';
import type { Analysis } from '../analysis.js';
import { notApplicable, type Proof } from '../proof.js';

/** ipv6_accept_ra: 1 counts only where the interface does not forward, 2 always. */
function acceptsAdvertisements(ns: NetnsState, dev: string): boolean | undefined {
  const key = (of: string): string => `net.ipv6.conf.${dev}.${of}`;
  const [value, off, forwards] = ['accept_ra', 'disable_ipv6', 'forwarding'].map(
    (of) => ns.sysctls.get(key(of)) ?? (ns.sysctls.covers(key(of)) ? 0 : undefined),
  );
  if (value === 0 || (off ?? 0) !== 0 || (value === 1 && (forwards ?? 0) !== 0)) return false;
  const known = value !== undefined && off !== undefined && (value >= 2 || forwards !== undefined);
  return known ? true : undefined;
}

function proofOf(ns: NetnsState, dev: string): Proof {
  const name = `net.ipv6.conf.${dev}.accept_ra`;
  const entry = ns.netns.sysctl.get(name);
  const guest = ns.isHost ? {} : { container: ns.name };
  const change = ns.isHost ? command('sysctl', '-w', `${name}=0`) : remark`recreate ${ns.name} with --sysctl ${`${name}=0`}`;
  return {
    object: {
      kind: 'interface',
      name: `${ns.name} ${dev}`,
      ...guest,
      detail: `accept_ra=${entry?.value ?? ''}`,
      ...(entry !== undefined && { origin: entry.origin }),
    },
    traces: [],
    lines: entry === undefined ? [] : [{ text: `${name} = ${entry.value}`, origin: entry.origin }],
    fixes: [{ title: 'Set it to 0', commands: [change], tried: true }],
  };
}

/** Bridges of Docker and interfaces of containers that take router advertisements. */
export const ipv6Ra: Analysis = (survey) => {
  const { root, namespaces } = survey.machine;
  const bridges = [...runtimeBridges(survey.host)].filter((dev) => root.interfaces.has(dev)).map((dev) => ({ ns: root, dev }));
  const inside = withOwnNetns(survey.host).flatMap((c) => {
    const ns = namespaces.get(c.netns);
    return [...(ns?.interfaces.values() ?? [])].flatMap((i) =>
      ns === undefined || i.detail.kind === 'loopback' ? [] : [{ ns, dev: i.name }],
    );
  });
  const all = [...bridges, ...inside].map(({ ns, dev }) => ({ ns, dev, accepts: acceptsAdvertisements(ns, dev) }));
  if (all.length === 0) return notApplicable('no bridge of Docker and no container');
  const open = new Set(all.filter(({ accepts }) => accepts === undefined).map(({ ns }) => ns.name));
  return {
    proofs: all.flatMap(({ ns, dev, accepts }) => (accepts === true ? [proofOf(ns, dev)] : [])),
    doubts: [...open].map((name) => `${name}: the settings of IPv6 (sysctl -a) are not in the snapshot`),
    note: `${all.length} interfaces, none of which accepts router advertisements`,
  };
};
