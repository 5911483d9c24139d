import { formatPrefix, type Family, type Prefix } from '../../address/ip.js';
import { afterCommands } from '../../change/index.js';
import { createMachine, traceFlow, type Machine } from '../../datapath/index.js';
import type { Command } from '../../model/command.js';
import type { FlowRequest } from '../../model/trace.js';
import { iptables } from './rule-commands.js';

/** Whether a packet leaves with an address of the uplink, and an answer to it would be let in. */
function isMended(machine: Machine, request: FlowRequest): boolean {
  const { outcome, steps } = traceFlow(machine, request);
  const left = steps.find((step) => step.kind === 'leave' && !step.reply);
  return outcome === 'leaves-host' && left?.kind === 'leave' && left.untranslated === undefined;
}

/**
 * The rule that Docker writes for a bridge network, by hand, at the end of its chain.
 * @param flows what left untranslated.
 * @returns the command; undefined where the model, with that rule, does not see each of the flows out and an answer in: an earlier rule
 *   may take them first, or the answer be dropped.
 */
export function masqueradeByHand(
  machine: Machine,
  family: Family,
  subnet: Prefix,
  bridge: string,
  flows: readonly FlowRequest[],
): Command | undefined {
  const command = iptables(family, 'nat', ['-A', 'POSTROUTING', '-s', formatPrefix(subnet), '!', '-o', bridge, '-j', 'MASQUERADE']);
  const host = afterCommands(machine.host, [command]);
  if (host === undefined) return undefined;
  const mended = createMachine(host, { assume: machine.answers, toil: machine.toil });
  return flows.every((flow) => isMended(mended, flow)) ? command : undefined;
}
