import type { Proto } from '../../datapath/index.js';
import { endpointAddresses } from '../../inventory/index.js';
import { type Door, hostDoors } from '../../surface/index.js';
import type { Survey } from './survey.js';
import type { SurveyedFlow } from './asked.js';

/** A port that a rule leads to somebody whom the snapshot does not show: a swarm's ingress, a namespace of no container. */
export interface StrayDoor {
  readonly name: string;
  readonly asked: SurveyedFlow;
}

/** What outside machines see of a door, at the first port that its rule takes. */
function knockedAt(survey: Survey, { translation, ip, anyOwn }: Door, proto: Proto, port: number): readonly SurveyedFlow[] {
  return survey.outsiders
    .filter((o) => o.family === translation.family)
    .flatMap((o) => (anyOwn === true ? survey.doorsFor(o) : [ip]).map((at) => survey.fromOutside(o, at, proto, port)));
}

/** @returns ports that lead on into what the snapshot lacks, with what could be traced of each. */
export function strayDoors(survey: Survey): readonly StrayDoor[] {
  const known = new Set(survey.host.containers.filter((c) => c.running).flatMap(endpointAddresses));
  return hostDoors(survey.machine).flatMap((door) => {
    const { translation, to, owner } = door;
    const { protos, ports, rule } = translation;
    const [proto, ...others] = protos;
    const [first] = ports ?? [];
    if (to === undefined || owner !== undefined || proto === undefined || others.length > 0 || first === undefined) return [];
    if (known.has(to)) return [];
    const port = Number(first[0]);
    const open = knockedAt(survey, door, proto, port).find(
      ({ trace }) =>
        trace.outcome === 'unknown' && trace.rules.some((hit) => hit.line === rule.origin.line && hit.file === rule.origin.file),
    );
    return open === undefined ? [] : [{ name: `${port}/${proto} (${rule.text})`, asked: open }];
  });
}
