import { HOST_NETNS } from '../../model/netns.js';
import type { RuleHit, Trace } from '../../model/trace.js';
import type { Service } from '../../surface/index.js';
import type { SurveyedFlow } from './asked.js';

/** @returns the namespace in which the packet's way there ended; a translation may lead it to another than the one it was sent to. */
export function endedIn(trace: Trace): string | undefined {
  return trace.steps.findLast((step) => !step.reply)?.netns;
}

/** Whether it was the listener of the service that took the packet: behind a redirection it is another of the same namespace. */
function isTakenBy(trace: Trace, service: Service): boolean {
  const taken = trace.steps.findLast((step) => !step.reply && step.kind === 'deliver');
  const port = service.kind === 'published' ? service.port.containerPort : service.listener.port;
  return taken?.kind !== 'deliver' || taken.socket === `${service.proto} ${port}`;
}

/** @returns whether the service itself answered: somebody else may, where a rule redirects the packet. */
export function isReached({ trace }: SurveyedFlow, service: Service): boolean {
  const home = service.kind === 'host' ? HOST_NETNS : service.container.netns;
  return trace.outcome === 'connected' && endedIn(trace) === home && isTakenBy(trace, service);
}

/** @returns whether a rule that matched sent the packet to a chain. */
export function entersChain({ action }: RuleHit, chain: string): boolean {
  return (action?.kind === 'jump' || action?.kind === 'goto') && action.chain === chain;
}
