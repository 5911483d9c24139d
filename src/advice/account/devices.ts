import type { Machine } from '../../datapath/index.js';
import type { RuleHit, Step, Trace } from '../../model/trace.js';
import { placeOf } from './find-rule.js';
import { devicesOf } from './purpose.js';

type TableStep = Extract<Step, { kind: 'table' }>;

function namedBy(machine: Machine, step: TableStep, hit: RuleHit): readonly string[] {
  const place = placeOf(machine, step, hit);
  return place === undefined ? [] : devicesOf(place);
}

/** The devices that one step tells of: those a packet was at, and those that rules it met name. */
function devicesAt(machine: Machine, step: Step): readonly string[] {
  switch (step.kind) {
    case 'route':
      return step.dev === undefined ? [] : [step.dev];
    case 'table':
      return [step.in, step.out, ...[...step.hits, ...(step.besides ?? [])].flatMap((hit) => namedBy(machine, step, hit))];
    case 'bridge':
      return [step.bridge, step.from, ...step.to];
    case 'interface':
    case 'neighbour':
    case 'leave':
      return [step.iface];
    case 'link':
      return [step.iface, step.peerIface];
    case 'drop':
      return [step.where];
    case 'send':
    case 'nat':
    case 'conntrack':
    case 'deliver':
    case 'proxy':
    case 'error':
      return [];
  }
}

/** @returns the devices that an answer tells of. */
export function devicesOfTrace(machine: Machine, { steps }: Trace): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => devicesAt(machine, step)));
}
