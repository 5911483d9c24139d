import type { Asked, Survey } from './survey.js';
import { findTranslations, soleTarget } from './translations.js';

/** A port that a rule leads to somebody whom the snapshot does not show: a swarm's ingress, a namespace of no container. */
export interface StrayDoor {
  readonly name: string;
  readonly asked: Asked;
}

/** @returns ports that lead on into what the snapshot lacks, with what could be traced of each. */
export function strayDoors(survey: Survey): readonly StrayDoor[] {
  const known = new Set(survey.host.containers.filter((c) => c.running).flatMap((c) => c.endpoints.flatMap((e) => [e.ip, e.ip6])));
  return findTranslations(survey.machine).flatMap((translation) => {
    const to = soleTarget(translation);
    const { proto, ports, family, rule } = translation;
    const [first] = ports;
    if (to === undefined || proto === undefined || first === undefined) return [];
    if (known.has(to) || survey.machine.ownerOf(to) !== undefined) return [];
    const asked = survey.outsiders
      .filter((o) => o.family === family)
      .flatMap((o) => survey.doorsFor(o).map((ip) => survey.fromOutside(o, ip, proto, first[0])));
    const open = asked.find((one) => one.trace.outcome === 'unknown' && one.trace.rules.some((hit) => hit.rule === rule.text));
    return open === undefined ? [] : [{ name: `${first[0]}/${proto} (${rule.text})`, asked: open }];
  });
}
