import { evidenceOf, type Evidence, type EvidenceKind } from '../inventory/index.js';
import type { Severity } from '../model/audit.js';
import type { Lack } from '../model/lack.js';
import { HOST_NETNS } from '../model/netns.js';
import { isWorse } from './proof.js';
import type { AuditRule, FactCheck, PathCheck } from './rules/rule.js';
import type { Survey } from './survey/survey.js';

/**
 * What a rule looks at: `all` of the snapshot, what packets pass in the host's own namespace (`way`), or single kinds of evidence
 * (`x everywhere`: of every namespace).
 */
type Need = 'all' | 'way' | EvidenceKind | `${EvidenceKind} everywhere`;

/** What an analysis looks at; one that is not named here looks at all. */
const OF_ANALYSIS: Readonly<Record<string, readonly Need[]>> = {
  'docker-api': ['all', 'info'],
  'forward-policy': ['iptables', 'ip6tables', 'sysctl', 'addr', 'bridge-link'],
  'host-network': ['containers'],
  'ipv6-ra': ['sysctl everywhere', 'addr everywhere', 'containers', 'networks'],
  'mixed-backends': ['iptables', 'ip6tables', 'nft'],
  'not-persistent': ['iptables', 'ip6tables', 'nft', 'sysctl'],
  'overlay-unencrypted': ['networks', 'info'],
  'swarm-ports': ['way', 'networks', 'info'],
};

const OF_FACT: Readonly<Record<FactCheck['about'], readonly Need[]>> = {
  container: ['containers'],
  port: ['containers'],
  network: ['networks'],
  sysctl: ['sysctl everywhere'],
  listener: ['sockets everywhere', 'containers'],
  chain: ['iptables', 'ip6tables', 'nft'],
};

function ofPath({ from, to }: PathCheck): readonly Need[] {
  const own = from.every((f) => f === 'internet' || f === 'lan') && to.kind?.every((kind) => kind === 'host') === true;
  return own ? ['way'] : ['all'];
}

/** What facts are told of, and where a rule asks for the networks of a container, which of them is the default bridge. */
function ofFact({ about, where, reached }: FactCheck): readonly Need[] {
  if (reached !== undefined) return ['all'];
  return where.some(({ field }) => field === 'networks') ? [...OF_FACT[about], 'networks'] : OF_FACT[about];
}

function needsOf({ check }: AuditRule): readonly Need[] {
  switch (check.kind) {
    case 'path':
      return ofPath(check);
    case 'fact':
      return ofFact(check);
    case 'analysis':
      return OF_ANALYSIS[check.name] ?? ['all'];
  }
}

function lacksOf(evidence: Evidence, need: Need): readonly Lack[] {
  if (need === 'all') return evidence.all();
  if (need === 'way') return evidence.ofWay(HOST_NETNS);
  const [kind, everywhere] = splitNeed(need);
  const spaces = everywhere ? evidence.namespaces() : [HOST_NETNS];
  return spaces.flatMap((netns) => evidence.lack(kind, netns) ?? []);
}

function splitNeed(need: Exclude<Need, 'all' | 'way'>): readonly [EvidenceKind, boolean] {
  // the type says that nothing but a kind is left
  return need.endsWith(' everywhere') ? [need.slice(0, -' everywhere'.length) as EvidenceKind, true] : [need as EvidenceKind, false];
}

/** @returns what the snapshot lacks, or holds in part, of what a rule looks at. */
export function lackingFor(rule: AuditRule, survey: Survey): readonly Lack[] {
  const evidence = evidenceOf(survey.host);
  const found = needsOf(rule).flatMap((need) => lacksOf(evidence, need));
  return [...new Map(found.map((lack) => [lack.file, lack])).values()];
}

/** @returns the worst that a rule may find: its own severity, or one that its check names for some objects. */
export function worstOf({ severity, check }: AuditRule): Severity {
  const named: readonly (Severity | undefined)[] =
    check.kind === 'path'
      ? [...(check.to.services ?? []).map((s) => s.severity), check.lanOnly, check.chosen, check.onCloud, check.shut?.severity]
      : check.kind === 'fact'
        ? [check.reached]
        : [RAISED[check.name]];
  return named.reduce<Severity>((worst, one) => (one !== undefined && isWorse(one, worst) ? one : worst), severity);
}

/** Analyses that find worse than their rule says. */
const RAISED: Readonly<Record<string, Severity>> = {
  'not-persistent': 'medium',
  'route-localnet': 'medium',
  'rp-filter': 'medium',
  'forwarding-unused': 'medium',
};
