import { parseIp } from '../../address/ip.js';
import type { Container } from '../../model/host.js';
import { gatewayMode } from '../survey/pairs.js';
import type { Survey } from '../survey/survey.js';
import type { SurveyedFlow } from '../survey/asked.js';

/** @returns the choice of its operator by which a container's address is reached from elsewhere, in a phrase; undefined where nobody chose it. */
export function chosenMode(survey: Survey, container: Container | undefined, asked: SurveyedFlow): string | undefined {
  const ip = parseIp(asked.trace.flow.dst ?? '');
  const end = container?.endpoints.find((e) => ip !== undefined && (e.ip === ip || e.ip6 === ip));
  const network = end && survey.host.networks.find((n) => n.id === end.networkId || n.name === end.network);
  if (network === undefined) return undefined;
  if (network.driver === 'macvlan' || network.driver === 'ipvlan')
    return `network ${network.name} is ${network.driver}: its containers are on the link themselves`;
  const mode = gatewayMode(network, asked.family);
  return mode === undefined ? undefined : `network ${network.name} has gateway mode ${mode}`;
}
