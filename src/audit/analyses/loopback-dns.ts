import { formatIp, parseIp, type Ip, isLoopback } from '../../address/ip.js';
import { command, operand, remark } from '../../command/index.js';
import type { Container } from '../../model/host.js';
import { containerSenders } from '../../surface/index.js';
import type { Analysis } from '../analysis.js';
import { notApplicable, type CheckResult } from '../proof.js';
import { isDefaultBridge } from '../survey/pairs.js';
import type { Survey } from '../survey/survey.js';

const EMBEDDED = '127.0.0.11';

/** The resolvers that a container's own namespace has to reach: Docker's on networks of one's own, else those it was given. */
function resolvers(survey: Survey, container: Container): readonly Ip[] {
  const networks = survey.networksOf(container);
  const embedded = networks.some((n) => !isDefaultBridge(n) && n.driver !== 'host' && n.driver !== 'null');
  const given = container.dns.flatMap((text) => parseIp(text) ?? []);
  // dockerd asks a loopback resolver for the container, from the host's namespace
  return embedded ? [0x7f00000b, ...given.filter((ip) => !isLoopback(ip))] : given;
}

function ofContainer(survey: Survey, container: Container): CheckResult & { readonly asked: number } {
  const list = resolvers(survey, container);
  const asked = list.map((ip) => ({ ip, one: survey.fromInside(container.name, ip, 'udp', 53) }));
  const lost = asked.filter(({ one }) => ['timeout', 'refused', 'unreachable'].includes(one.trace.outcome));
  const unknown = asked.find(({ one }) => one.trace.outcome === 'unknown');
  const proofs = lost.map(({ ip, one }) => ({
    object: {
      kind: 'container',
      name: `${container.name} ${formatIp(ip)}`,
      container: container.name,
      detail: `${one.trace.outcome}: ${one.trace.reason}`,
      origin: container.origin,
    } as const,
    traces: [one.trace],
    lines: [],
    fixes: [
      formatIp(ip) === EMBEDDED
        ? { title: 'Have Docker write its rules anew', commands: [command('docker', 'restart', operand(container.name))] }
        : {
            title: 'Give it another resolver',
            commands: [remark`recreate ${container.name} with --dns ADDRESS, one that it reaches`],
          },
    ],
  }));
  const doubts = unknown === undefined ? [] : [`${container.name} → ${unknown.one.request.to}: ${unknown.one.trace.reason}`];
  return { proofs, doubts, asked: asked.length };
}

/** Resolvers that a container cannot reach. */
export const loopbackDns: Analysis = (survey) => {
  const containers = containerSenders(survey.machine);
  const results = containers.map((c) => ofContainer(survey, c));
  const asked = results.reduce((sum, r) => sum + r.asked, 0);
  if (asked === 0) return notApplicable('no running container whose resolver is known');
  return {
    proofs: results.flatMap((r) => r.proofs),
    doubts: results.flatMap((r) => r.doubts),
    note: `${asked} resolvers, all of them reached`,
  };
};
