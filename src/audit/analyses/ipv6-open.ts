import { groupBy } from '../../datapath/index.js';
import type { Service } from '../../surface/index.js';
import type { Analysis } from '../analysis.js';
import { chosenMode } from '../checks/chosen.js';
import { behind, objectOf, some } from '../checks/words.js';
import { notApplicable, type CheckResult } from '../proof.js';
import { closeOutside, closingOf, mergeFixes } from '../remedy/close.js';
import { isReached } from '../survey/reached.js';
import type { Survey } from '../survey/survey.js';
import type { SurveyedFlow } from '../survey/asked.js';

/** The same listener: bindings of one published port are told apart by family in docker inspect. */
function keyOf(service: Service): string {
  switch (service.kind) {
    case 'published':
      return `published ${service.container.name} ${service.port.containerPort}/${service.proto} ${service.port.hostPort}`;
    case 'container':
      return `container ${service.container.name} ${service.listener.port}/${service.proto}`;
    case 'host':
      return `host ${service.listener.port}/${service.proto}`;
  }
}

/** Where who asks is: on the internet, or on the link of one device. */
function zoneOf({ outsider }: SurveyedFlow): string {
  return outsider === undefined || outsider.zone === 'internet' ? String(outsider?.zone) : `${outsider.zone} ${outsider.dev}`;
}

interface Knock {
  readonly one: SurveyedFlow;
  readonly service: Service;
}

const isClosed = ({ one }: Knock): boolean => ['timeout', 'refused', 'unreachable'].includes(one.trace.outcome);

/** What cannot be told of one family, where the other's answer would make it a finding. */
function doubtsOf(asked: readonly Knock[], four: ReadonlyMap<string, readonly Knock[]>): readonly string[] {
  const isUnsure = ({ one }: Knock): boolean => one.trace.outcome === 'unknown';
  const byZone = new Map(
    [...four].map(([zone, same]) => [zone, { unsure: same.find(isUnsure), matters: same.every((f) => isClosed(f) || isUnsure(f)) }]),
  );
  const open = asked.flatMap((knock) => {
    const same = knock.one.family === 6 ? byZone.get(zoneOf(knock.one)) : undefined;
    if (same?.matters !== true) return [];
    const unsure = isUnsure(knock) ? knock : isReached(knock.one, knock.service) ? same.unsure : undefined;
    return unsure === undefined ? [] : [unsure];
  });
  return open.slice(0, 1).map(({ one, service }) => `${objectOf(service).name} from ${one.from}: ${one.trace.reason}`);
}

function ofGroup(survey: Survey, services: readonly Service[]): CheckResult {
  const asked = services.flatMap((service) => survey.knock(service).map((one) => ({ one, service })));
  const four = groupBy(
    asked.filter(({ one }) => one.family === 4),
    ({ one }) => zoneOf(one),
  );
  const closedTo = new Map([...four].map(([zone, knocks]) => [zone, knocks.every(isClosed)]));
  const six = asked.filter(({ one, service }) => one.family === 6 && isReached(one, service));
  // closed means that somebody asked on IPv4 and was turned away: a service that has no IPv4 at all was meant so
  const wider = six.filter(({ one }) => {
    return closedTo.get(zoneOf(one)) === true;
  });
  const [first] = wider;
  if (first === undefined) return { proofs: [], doubts: doubtsOf(asked, four) };
  const closed = four.get(zoneOf(first.one))?.[0];
  const detail = `${behind(first.service)}; closed on IPv4 (${closed?.one.trace.outcome ?? 'no path'}), reached at ${first.one.request.to} from ${some(wider.map((w) => w.one.from))}`;
  const chosen = chosenMode(survey, first.service.container, first.one);
  const traces = [first.one.trace, ...(closed === undefined ? [] : [closed.one.trace])];
  return {
    proofs: [
      {
        object: { ...objectOf(first.service), detail: chosen === undefined ? detail : `${detail}; ${chosen}` },
        ...(chosen !== undefined && { severity: 'low' as const }),
        traces,
        paths: wider.map((w) => w.one.trace),
        lines: [],
        fixes: mergeFixes(wider.flatMap((w) => closeOutside(w.one, closingOf(survey, w.service)) ?? [])),
      },
    ],
    doubts: [],
  };
}

/** Services that the same outside machine is refused on IPv4 and given on IPv6. */
export const ipv6Open: Analysis = (survey) => {
  if (!survey.outsiders.some((o) => o.family === 6)) return notApplicable('the snapshot shows no way in by IPv6');
  const groups = groupBy(survey.services, keyOf);
  if (groups.size === 0) return notApplicable('nothing listens');
  const results = [...groups.values()].map((services) => ofGroup(survey, services));
  return {
    proofs: results.flatMap((r) => r.proofs),
    doubts: results.flatMap((r) => r.doubts),
    note: `${groups.size} services: IPv6 opens none that IPv4 closes`,
  };
};
