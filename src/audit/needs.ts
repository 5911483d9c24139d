import type { AuditRule, PathCheck } from './rule.js';
import type { Survey } from './survey/survey.js';

type Need = 'docker' | 'sockets' | 'ways-in' | 'iptables' | 'sysctl';

/** What an analysis cannot do without. */
const OF_ANALYSIS: Readonly<Record<string, readonly Need[]>> = {
  'docker-api': ['sockets', 'ways-in'],
  'docker-user-ineffective': ['iptables'],
  'firewall-bypassed': ['docker', 'ways-in', 'iptables'],
  'forward-policy': ['iptables'],
  'host-network': ['docker'],
  'host-service-from-container': ['docker', 'sockets'],
  'ineffective-rule': ['iptables'],
  'ipv6-open': ['sockets', 'ways-in'],
  'ipv6-ra': ['sysctl'],
  'localhost-publish': ['docker', 'ways-in'],
  'loopback-dns': ['docker'],
  'mixed-backends': ['iptables'],
  'overlay-unencrypted': ['docker'],
  'snapshot-inconsistent': ['docker'],
  'swarm-ports': ['sockets', 'ways-in'],
};

const OF_FACT = {
  container: 'docker',
  port: 'docker',
  network: 'docker',
  sysctl: 'sysctl',
  listener: 'sockets',
  chain: 'iptables',
} as const;

function ofPath({ from, to }: PathCheck): readonly Need[] {
  const outside = from.some((f) => f === 'internet' || f === 'lan');
  const kinds = to.kind ?? ['published', 'host'];
  const own = to.address === undefined && to.relation === undefined && kinds.every((kind) => kind === 'host');
  return [
    ...(outside ? (['ways-in'] as const) : []),
    ...(own ? [] : (['docker'] as const)),
    ...(outside && kinds.includes('host') ? (['sockets'] as const) : []),
  ];
}

function needsOf({ check }: AuditRule): readonly Need[] {
  switch (check.kind) {
    case 'path':
      return ofPath(check);
    case 'fact':
      return [OF_FACT[check.about]];
    case 'analysis':
      return OF_ANALYSIS[check.name] ?? [];
  }
}

function lacks(survey: Survey, need: Need): string | undefined {
  const { sources } = survey.machine.root.netns;
  const { containers, networks } = survey.host;
  switch (need) {
    case 'docker':
      // a host with Docker always has the networks bridge, host and none
      return containers.length === 0 && networks.length === 0 ? 'what Docker runs (docker inspect of containers and networks)' : undefined;
    case 'sockets':
      return sources.has('sockets') ? undefined : 'the listeners of the host (host/ss.txt)';
    case 'ways-in':
      return sources.has('addr') && (sources.has('route') || sources.has('route6'))
        ? undefined
        : 'the addresses and routes of the host (host/ip-addr.json, host/ip-route.json)';
    case 'iptables':
      return sources.has('iptables') ? undefined : 'the rules of the host (host/iptables-save.txt)';
    case 'sysctl':
      return sources.has('sysctl') ? undefined : 'the settings of the host (host/sysctl.txt)';
  }
}

/** @returns what the snapshot lacks of what a rule cannot do without, each in a phrase. */
export function lackingFor(rule: AuditRule, survey: Survey): readonly string[] {
  return needsOf(rule).flatMap((need) => {
    const lack = lacks(survey, need);
    return lack === undefined ? [] : [`the snapshot lacks ${lack}`];
  });
}
