import type { Machine } from '../../datapath/index.js';
import type { Account, RuleOwner, RulePurpose } from '../../model/account.js';
import type { Step, Trace } from '../../model/trace.js';
import { devicesOfTrace } from './devices.js';
import { endOf, targetOf } from './ends.js';
import { placeThatStopped } from './find-rule.js';
import { ownerOfListed, ownerOfNative } from '../../inventory/index.js';
import { devicesOf, purposeOfListed, purposeOfNative } from './purpose.js';

type TableStep = Extract<Step, { kind: 'table' }>;

/** @returns the networks of a host by their bridges' names; docker inspect of the containers tells of those that no listing of networks does. */
export function networksByBridge({ host }: Machine): ReadonlyMap<string, string> {
  const told = host.containers.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ network, networkId }) => (networkId.length < 12 ? [] : [[`br-${networkId.slice(0, 12)}`, network] as const])),
  );
  return new Map([...told, ...host.networks.flatMap(({ bridge, name }) => (bridge === undefined ? [] : [[bridge, name] as const]))]);
}

/** @returns the step at which rules ended the packet's way, or its answer's. */
export function stepThatStopped({ steps, cause }: Trace): TableStep | undefined {
  if (cause.kind !== 'rule' && cause.kind !== 'chain-policy') return undefined;
  return steps.findLast((step): step is TableStep => step.kind === 'table' && step.verdict !== 'accept');
}

interface Stopped {
  readonly owner: RuleOwner;
  readonly purpose: RulePurpose;
  readonly guards?: string;
  readonly hook: string;
}

function stoppedBy(machine: Machine, trace: Trace, networks: ReadonlyMap<string, string>): Stopped | undefined {
  const step = stepThatStopped(trace);
  const place = step && placeThatStopped(machine, step);
  if (step === undefined || place === undefined) return undefined;
  const bridges = new Set(networks.keys());
  const owner = place.kind === 'iptables' ? ownerOfListed(place, bridges) : ownerOfNative(place.table);
  const purpose = place.kind === 'iptables' ? purposeOfListed(place, owner, step.hook, bridges) : purposeOfNative(place, owner, step.hook);
  // a guard of one chain a network tells by the devices of the packet
  const guards = [...devicesOf(place), step.out, step.in].map((name) => networks.get(name)).find((name) => name !== undefined);
  return {
    owner,
    purpose,
    ...(guards !== undefined && { guards }),
    hook: `${step.nft === undefined ? '' : `${step.nft} `}${step.table} ${step.hook}`,
  };
}

/**
 * @param trace as `traceFlow` gave it.
 * @returns whose rule decided, what for, and where both ends are, by the names that people gave.
 */
export function accountOf(machine: Machine, trace: Trace): Account {
  const networks = networksByBridge(machine);
  const devices: ReadonlySet<string> = networks.size === 0 ? new Set() : devicesOfTrace(machine, trace);
  const target = targetOf(machine, trace);
  return {
    from: endOf(machine, trace.flow.from, trace),
    to: endOf(machine, trace.flow.to, trace),
    ...(target !== undefined && { target }),
    bridges: Object.fromEntries([...networks].filter(([bridge]) => devices.has(bridge))),
    ...stoppedBy(machine, trace, networks),
  };
}
