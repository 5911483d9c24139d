import type { AuditRule, PathCheck, Target } from './rules/rule.js';

const KIND = {
  published: 'ports that Docker publishes',
  container: 'listeners in containers, at their own addresses',
  host: 'listeners of the host',
} as const;
const RELATION = {
  'same-network': 'containers of the same network',
  'default-bridge': 'containers of the default bridge',
  'icc-disabled': 'containers of networks with enable_icc=false',
  'no-shared-network': 'containers that no network joins',
} as const;

function targetWords(to: Target): string {
  if (to.address !== undefined) return `${to.address.join(', ')}${to.ports === undefined ? '' : `, port ${to.ports.join(', ')}`}`;
  if (to.relation !== undefined) return RELATION[to.relation];
  const kinds = (to.kind ?? ['published', 'host']).map((kind) => KIND[kind]).join('; ');
  const services = to.services === undefined ? [] : [`recognised as ${[...new Set(to.services.map((s) => s.name))].join(', ')}`];
  const bind =
    to.bind === undefined ? [] : [`bound to ${to.bind === 'any' ? 'every address' : to.bind === 'loopback' ? 'loopback' : 'one address'}`];
  const open = to.published === false ? ['not published'] : [];
  return [kinds, ...bind, ...open, ...services].join(', ');
}

function pathWords(check: PathCheck): string {
  const via = check.via === undefined ? '' : ', through docker-proxy';
  return `A packet is traced from ${check.from.join(', ')} to ${targetWords(check.to)}${via}. What is ${(check.outcomes ?? ['connected']).join(' or ')} is a finding.`;
}

/** @returns how a rule is checked, for its page of documentation. */
export function describeCheck({ check }: AuditRule): string {
  switch (check.kind) {
    case 'path':
      return pathWords(check);
    case 'fact':
      return `Every ${check.about} of the snapshot is looked at: ${check.where.map((c) => `${c.field} ${c.is} ${(c.values ?? (c.value === undefined ? [] : [c.value])).join(' or ')}`.trim()).join(', and ')}.${check.reached === undefined ? '' : ` Where an outside machine reaches the container, the severity is ${check.reached}.`}`;
    case 'analysis':
      return `By an analysis of its own: src/audit/analyses, ${check.name}.`;
  }
}
