import { soleTarget } from '../../datapath/index.js';
import { endpointAddresses } from '../../inventory/index.js';
import type { Survey } from './survey.js';
import type { SurveyedFlow } from './asked.js';

/** A port that a rule leads to somebody whom the snapshot does not show: a swarm's ingress, a namespace of no container. */
export interface StrayDoor {
  readonly name: string;
  readonly asked: SurveyedFlow;
}

/** @returns ports that lead on into what the snapshot lacks, with what could be traced of each. */
export function strayDoors(survey: Survey): readonly StrayDoor[] {
  const known = new Set(survey.host.containers.filter((c) => c.running).flatMap(endpointAddresses));
  return survey.machine.root.translations.flatMap((translation) => {
    const to = soleTarget(translation);
    const { protos, ports, family, rule } = translation;
    const [proto, ...others] = protos;
    const [first] = ports ?? [];
    if (to === undefined || proto === undefined || others.length > 0 || first === undefined) return [];
    const port = Number(first[0]);
    if (known.has(to) || survey.machine.ownerOf(to) !== undefined) return [];
    const asked = survey.outsiders
      .filter((o) => o.family === family)
      .flatMap((o) => survey.doorsFor(o).map((ip) => survey.fromOutside(o, ip, proto, port)));
    const open = asked.find(
      (one) =>
        one.trace.outcome === 'unknown' && one.trace.rules.some((hit) => hit.line === rule.origin.line && hit.file === rule.origin.file),
    );
    return open === undefined ? [] : [{ name: `${port}/${proto} (${rule.text})`, asked: open }];
  });
}
