import { OutOfBudget, groupBy } from '../datapath/index.js';
import { writerOfTable } from '../inventory/index.js';
import type { Exposure } from '../model/audit.js';
import type { Trace } from '../model/trace.js';
import type { RuleDoor, Service } from '../surface/index.js';
import { compareText } from './group.js';
import { isReached } from './survey/reached.js';
import type { Survey } from './survey/survey.js';
import type { SurveyedFlow } from './survey/asked.js';

function ownRule({ rule }: RuleDoor): string {
  const { file, line } = rule.origin;
  if ('nft' in rule) {
    const writer = writerOfTable({ name: rule.table })?.name;
    return `a rule of ${writer ?? 'your own'} in ${rule.nft} ${rule.table} (${file}:${line})`;
  }
  return `${rule.spec.target?.name ?? 'NAT'} of your own (${file}:${line})`;
}

function howOf(service: Service, trace: Trace): string {
  if (trace.steps.some((s) => s.kind === 'proxy')) return 'published (docker-proxy)';
  switch (service.kind) {
    case 'published':
      if (service.door !== undefined) return ownRule(service.door);
      return trace.steps.some((s) => s.kind === 'nat' && s.manip === 'dst' && !s.reply) ? 'published (DNAT)' : 'published';
    case 'container':
      return service.published ? "routed to the container's address" : "routed to the container's address, not published";
    case 'host':
      if (service.door !== undefined) return ownRule(service.door);
      return service.container === undefined ? 'host' : 'host network';
  }
}

function endOf(service: Service): string {
  switch (service.kind) {
    case 'published':
      return `${service.container.name}:${service.port.containerPort}`;
    case 'container':
      return `${service.container.name}:${service.listener.port}`;
    case 'host':
      return `host:${service.listener.port}`;
  }
}

function bracket(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function exposureOf(service: Service, asked: readonly SurveyedFlow[], first: SurveyedFlow): Exposure {
  const process = service.listener?.process;
  return {
    from: [...new Set(asked.map((a) => a.from))],
    at: `${bracket(first.request.to)}:${first.request.dport ?? 0}`,
    proto: service.proto,
    to: endOf(service),
    ...(service.container !== undefined && { container: service.container.name }),
    ...(process !== undefined && { process }),
    how: howOf(service, first.trace),
  };
}

/** The addresses at which an outside machine reaches a listener. */
function exposuresOf(survey: Survey, service: Service): readonly Exposure[] {
  const reached = survey.knock(service).filter((asked) => isReached(asked, service));
  const byAddress = groupBy(reached, (asked) => asked.request.to);
  return [...byAddress.values()].flatMap((asked) => (asked[0] === undefined ? [] : [exposureOf(service, asked, asked[0])]));
}

/**
 * @returns every listener that an outside machine reaches, at every address at which it does; where there is more to walk than is walked for one
 *   audit, those found by then: every rule that asks for paths says so.
 */
export function findExposures(survey: Survey): readonly Exposure[] {
  const rows: Exposure[] = [];
  try {
    for (const service of survey.services) for (const row of exposuresOf(survey, service)) rows.push(row);
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
  }
  const keyed = new Map(rows.map((row) => [`${row.to} ${row.at} ${row.proto}`, row]));
  return [...keyed].sort(([a], [b]) => compareText(a, b)).map(([, row]) => row);
}
