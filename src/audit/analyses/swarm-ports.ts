import type { Analysis } from '../analysis.js';
import { checkPath } from '../checks/path.js';
import { ENGINE, swarmOf } from '../../inventory/index.js';
import type { Target } from '../rules/rule.js';

const CONTROL: Target = { kind: ['host'], ports: [2377, 7946], processes: [ENGINE], orUnknownProcess: true };
/** The kernel's vxlan socket: listed without a process. */
const DATA: Target = { kind: ['host'], ports: [4789], protocols: ['udp'], processes: [ENGINE], orUnknownProcess: true };

/** The ports by which the nodes of a swarm speak to one another. */
export const swarmPorts: Analysis = (survey, rule) => {
  const swarm = swarmOf(survey.host);
  const overlays = survey.host.networks.some((n) => n.driver === 'overlay');
  const listens = survey.services.some(
    (s) => s.kind === 'host' && s.listener.process === ENGINE && CONTROL.ports?.includes(s.listener.port),
  );
  if (swarm?.active === false || (swarm === undefined && !overlays && !listens))
    return { notApplicable: 'the host is in no swarm', proofs: [], doubts: [] };
  const from: ('internet' | 'lan')[] = ['internet', 'lan'];
  const shut = { severity: 'info', title: 'Swarm ports are bound on every address, and no outside machine reaches them today' } as const;
  const results = [CONTROL, DATA].map((to) => checkPath(rule, { kind: 'path', from, to, shut, lanOnly: 'medium' }, survey));
  const absent = results.every((r) => r.notApplicable !== undefined) ? { notApplicable: 'none of 2377, 7946 and 4789 is listened on' } : {};
  return {
    ...absent,
    proofs: results.flatMap((r) => r.proofs),
    possible: results.flatMap((r) => r.possible ?? []),
    doubts: results.flatMap((r) => r.doubts),
    note: 'none of 2377, 7946 and 4789 is reached from outside',
  };
};
