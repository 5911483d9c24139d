import { isLoopback } from '../../address/ip.js';
import { remark } from '../../command/index.js';
import { isHostNetns } from '../../model/netns.js';
import type { HostService } from '../../surface/index.js';
import type { Analysis } from '../analysis.js';
import { containersAskHost } from '../checks/ask.js';
import { behind, objectOf, some } from '../checks/words.js';
import { notApplicable, type CheckResult, type Fix, type Proof } from '../proof.js';
import { closeInside, mergeFixes } from '../remedy/close.js';
import { isReached } from '../survey/reached.js';
import type { Survey } from '../survey/survey.js';
import type { SurveyedFlow } from '../survey/asked.js';

/** Whether the internet reaches the service: then a container that does adds nothing. */
function closedToInternet(survey: Survey, service: HostService): boolean | undefined {
  if (isLoopback(service.listener.ip)) return true;
  const asked = survey.knock(service).filter((a) => a.outsider?.zone === 'internet');
  if (asked.some((a) => isReached(a, service))) return false;
  return asked.some((a) => a.trace.outcome === 'unknown') ? undefined : true;
}

/** Whether it asks from the host's own namespace: no rule there tells it from the host. */
function shares({ request }: SurveyedFlow): boolean {
  return isHostNetns(request.from);
}

function apart(container: string): Fix {
  return {
    title: "Give the container a network of its own: no rule tells it from the host's own programs",
    commands: [remark`recreate ${container} without --network host`],
  };
}

function ofService(survey: Survey, service: HostService): CheckResult {
  const asked = containersAskHost(survey, service).filter((a) => a.from !== service.container?.name);
  const open = asked.filter((a) => isReached(a, service));
  const unknown = asked.find((a) => a.trace.outcome === 'unknown');
  if (open.length === 0)
    return { proofs: [], doubts: unknown === undefined ? [] : [`${objectOf(service).name} from ${unknown.from}: ${unknown.trace.reason}`] };
  const closed = closedToInternet(survey, service);
  if (closed === false) return { proofs: [], doubts: [] };
  if (closed === undefined)
    return { proofs: [], doubts: [`${objectOf(service).name}: whether the internet reaches it as well cannot be told`] };
  const why = isLoopback(service.listener.ip) ? 'bound to loopback' : 'closed to the internet';
  const proof: Proof = {
    object: { ...objectOf(service), detail: `${behind(service)}; ${why}; reached from ${some(open.map((a) => a.from))}` },
    traces: open.slice(0, 1).map((a) => a.trace),
    paths: open.map((a) => a.trace),
    lines: [{ text: behind(service), origin: service.origin }],
    fixes: mergeFixes(open.flatMap((a) => (shares(a) ? [apart(a.from)] : (closeInside(a) ?? [])))),
  };
  return { proofs: [proof], doubts: [] };
}

/** Services of the host that the internet does not reach and a container does. */
export const hostServiceFromContainer: Analysis = (survey) => {
  const mine = survey.services.filter((s): s is HostService => s.kind === 'host');
  if (mine.length === 0) return notApplicable("the snapshot shows no listener of the host's own");
  const results = mine.map((service) => ofService(survey, service));
  return {
    proofs: results.flatMap((r) => r.proofs),
    doubts: results.flatMap((r) => r.doubts),
    note: `${mine.length} listeners of the host: containers reach none that the internet does not`,
  };
};
