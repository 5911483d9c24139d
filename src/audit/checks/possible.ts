import { isLoopback } from '../../address/ip.js';
import { evidenceOf } from '../../inventory/index.js';
import type { OpenCause } from '../../model/audit.js';
import type { Lack } from '../../model/lack.js';
import { HOST_NETNS } from '../../model/netns.js';
import { type Service, boundTo } from '../../surface/index.js';
import type { PossibleProof } from '../proof.js';
import { republish } from '../remedy/publish.js';
import type { AuditRule, PathCheck } from '../rules/rule.js';
import type { Survey } from '../survey/survey.js';
import type { Chosen } from './target.js';
import { behind, objectOf } from './words.js';

/** Evidence of ways in, what decides most first. */
function lackingOnTheWay(survey: Survey, service: Service): readonly Lack[] {
  const evidence = evidenceOf(survey.host);
  const inside = service.kind === 'host' ? [] : evidence.ofWay(service.container.netns);
  return [...evidence.ofWay(HOST_NETNS), ...inside];
}

function places(service: Service): string {
  return boundTo(service) === undefined ? 'it is bound on every address' : 'it is bound on an address that others can send to';
}

/** @returns whether what is seen of a service would be open to others if nothing forbade it: it is no loopback listener, and no container's own. */
export function isOpenByBinding(service: Service): boolean {
  return service.kind !== 'container' && !isLoopback(boundTo(service));
}

/** A service that others can send to, of which the snapshot does not tell whether they get through. */
export function possibleProof(
  rule: AuditRule,
  check: PathCheck,
  survey: Survey,
  chosen: Chosen,
  reasons: readonly string[],
): PossibleProof {
  const { service, recognised } = chosen;
  const taken = recognised === undefined || recognised.by === '' ? [] : [`taken for ${recognised.spec.name} ${recognised.by}`];
  const detail = [behind(service), ...taken, places(service)].join('; ');
  const open: OpenCause = { reasons, lacking: lackingOnTheWay(survey, service) };
  return {
    object: { ...objectOf(service), detail },
    severity: recognised?.spec.severity ?? rule.severity,
    cause: 'possible',
    traces: [],
    lines: [{ text: behind(service), origin: service.origin }],
    fixes: check.via === undefined ? republish(service) : [],
    open,
  };
}

/** @returns whether nobody outside could be asked from because the addresses or routes of the host are not known. */
export function hidesEntry(survey: Survey): boolean {
  const evidence = evidenceOf(survey.host);
  return survey.outsiders.length === 0 && (['addr', 'route'] as const).some((kind) => evidence.lack(kind) !== undefined);
}
