import type { Coverage } from '../model/audit.js';
import type { Netns, SourceKind } from '../model/host.js';
import { isHostNetns } from '../model/netns.js';
import { withOwnNetns } from '../inventory/index.js';
import { tellOutsider } from '../surface/index.js';
import type { Survey } from './survey/survey.js';

/** What paths through a namespace may ask for. */
const NEEDED: readonly SourceKind[] = ['iptables', 'ip6tables', 'addr', 'route', 'rule', 'neigh', 'sockets', 'sysctl'];
const NEEDED_OF_HOST: readonly SourceKind[] = [...NEEDED, 'bridge-link', 'bridge-fdb'];

function ruleCount(netns: Netns): number {
  const chains = netns.rulesets.flatMap((set) => [...set.tables.values()].flatMap((table) => [...table.chains.values()]));
  const native = (netns.nftables?.tables ?? []).flatMap((table) =>
    [...table.chains.values()].filter(({ iptables }) => iptables === undefined),
  );
  return [...chains, ...native].reduce((sum, chain) => sum + chain.rules.length, 0);
}

/** @returns what the audit had before it, and what it lacked. */
export function coverageOf(survey: Survey): Coverage {
  const { host } = survey;
  const namespaces = [...host.netns.values()];
  const absent = withOwnNetns(host).filter((c) => !host.netns.has(c.netns));
  return {
    files: [
      ...namespaces.map((ns) => {
        const needed = isHostNetns(ns.name) ? NEEDED_OF_HOST : NEEDED;
        return {
          netns: ns.name,
          read: [...new Set([...ns.sources.values()].map((listing) => listing.file))],
          missing: needed.filter((kind) => !ns.sources.has(kind)),
        };
      }),
      ...absent.map((c) => ({ netns: c.netns, read: [], missing: NEEDED })),
    ],
    containers: host.containers.length,
    running: host.containers.filter((c) => c.running).length,
    networks: host.networks.length,
    rules: namespaces.reduce((sum, ns) => sum + ruleCount(ns), 0),
    listeners: namespaces.reduce((sum, ns) => sum + ns.sockets.length, 0),
    traces: survey.walked,
    outsiders: survey.outsiders.map(tellOutsider),
    problems: host.problems,
  };
}
