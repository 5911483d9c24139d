import { familyOf, isLoopback } from '../../address/ip.js';
import type { PublishedService } from '../../surface/index.js';
import type { Analysis } from '../analysis.js';
import { objectOf, some } from '../checks/words.js';
import { notApplicable, type CheckResult, type Proof } from '../proof.js';
import { closeOutside, closingOf, mergeFixes } from '../remedy/close.js';
import { isReached } from '../survey/reached.js';
import type { Survey } from '../survey/survey.js';
import type { SurveyedFlow } from '../survey/asked.js';

/** A neighbour may send to 127.0.0.1 on the wire, or to the container's own address. */
function attempts(survey: Survey, service: PublishedService): readonly SurveyedFlow[] {
  const near = survey.outsiders.filter((o) => o.zone === 'lan');
  return near.flatMap((outsider) => {
    const { hostIp, hostPort, containerPort } = service.port;
    const sameFamily = hostIp !== undefined && familyOf(hostIp) === outsider.family;
    const loopback = sameFamily ? [survey.fromOutside(outsider, hostIp, service.proto, hostPort)] : [];
    const direct = survey
      .addressesOf(service.container, outsider.family)
      .map((ip) => survey.fromOutside(outsider, ip, service.proto, containerPort));
    return [...loopback, ...direct];
  });
}

function proofOf(survey: Survey, service: PublishedService, open: readonly SurveyedFlow[]): Proof {
  const ways = open.map((asked) => `${asked.request.to}:${asked.request.dport ?? 0} from ${asked.from}`);
  return {
    object: { ...objectOf(service), detail: `→ ${service.container.name}:${service.port.containerPort}; answers at ${some(ways)}` },
    traces: open.map((asked) => asked.trace).slice(0, 2),
    paths: open.map((asked) => asked.trace),
    lines: [],
    fixes: mergeFixes(open.flatMap((asked) => closeOutside(asked, closingOf(survey, service)) ?? [])),
  };
}

/** Ports published on the host's loopback that a neighbour reaches all the same. */
export const localhostPublish: Analysis = (survey) => {
  const mine = survey.services.filter((s): s is PublishedService => s.kind === 'published' && isLoopback(s.port.hostIp));
  if (mine.length === 0) return notApplicable('no port is published on a loopback address');
  if (!survey.outsiders.some((o) => o.zone === 'lan')) return notApplicable('the snapshot shows no link with neighbours');
  const results = mine.map((service): CheckResult => {
    const asked = attempts(survey, service);
    const open = asked.filter((a) => isReached(a, service));
    const unknown = asked.find((a) => a.trace.outcome === 'unknown');
    const doubts =
      open.length === 0 && unknown !== undefined ? [`${objectOf(service).name} from ${unknown.from}: ${unknown.trace.reason}`] : [];
    return { proofs: open.length > 0 ? [proofOf(survey, service, open)] : [], doubts };
  });
  return {
    proofs: results.flatMap((r) => r.proofs),
    doubts: results.flatMap((r) => r.doubts),
    note: `${mine.length} ports published on loopback, none reached from the link`,
  };
};
