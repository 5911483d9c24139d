import type { Step } from '../../model/trace.js';
import type { PacketView } from '../../model/sighting.js';
import type { Ports } from './port-box.js';
import { fillText, type TextSlots } from './slots.js';

/** Makes one step of a trace for a request; `views` are the packet's addresses as they stand at each point of the way. */
export type Stamp = (views: readonly PacketView[], ports: Ports) => Step;

type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

/** Which views a step shows, by position. */
export interface ViewIndexes {
  readonly packet: number;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

function tableStamp(step: StepOf<'table'>, at: number): Stamp {
  const { kind, hook, table, family, in: input, out, mark, hits, policy, origin, verdict, netns, leg, reply } = step;
  if (step.besides !== undefined || step.nft !== undefined) return (views) => ({ ...step, packet: views[at]! });
  return policy === undefined || origin === undefined
    ? (views) => ({ kind, hook, table, family, in: input, out, mark, hits, verdict, netns, leg, reply, packet: views[at]! })
    : (views) => ({
        kind,
        hook,
        table,
        family,
        in: input,
        out,
        mark,
        hits,
        policy,
        origin,
        verdict,
        netns,
        leg,
        reply,
        packet: views[at]!,
      });
}

/** The usual route of a policy rule's table, to a neighbour, by a next hop or from an address of its own; undefined for any other. */
function routeStamp(step: StepOf<'route'>, at: number): Stamp | undefined {
  const { kind, purpose, result, dev, via, prefsrc, table, text, origin, policyRule, error, netns, leg, reply } = step;
  if (dev === undefined || table === undefined || error !== undefined || origin === undefined || policyRule === undefined) return undefined;
  if (via !== undefined)
    return prefsrc === undefined
      ? (views) => ({ kind, purpose, result, dev, via, table, text, origin, policyRule, netns, leg, reply, packet: views[at]! })
      : undefined;
  return prefsrc === undefined
    ? (views) => ({ kind, purpose, result, dev, table, text, origin, policyRule, netns, leg, reply, packet: views[at]! })
    : (views) => ({ kind, purpose, result, dev, prefsrc, table, text, origin, policyRule, netns, leg, reply, packet: views[at]! });
}

function natStamp(step: StepOf<'nat'>, { packet, before, after }: ViewIndexes): Stamp | undefined {
  const { kind, hook, manip, origin, netns, leg, reply } = step;
  if (before === undefined || after === undefined) return undefined;
  return origin === undefined
    ? (views) => ({ kind, hook, manip, before: views[before]!, after: views[after]!, netns, leg, reply, packet: views[packet]! })
    : (views) => ({ kind, hook, manip, before: views[before]!, after: views[after]!, origin, netns, leg, reply, packet: views[packet]! });
}

/** How an answer or a way ends, which is told with the ports in it; undefined where something else is, or has an origin that is not usual. */
function endStamp(step: Step, at: number, words: ReadonlyMap<string, TextSlots>): Stamp | undefined {
  const { netns, leg, reply } = step;
  if (step.kind === 'deliver' && step.origin !== undefined) {
    const { kind, origin } = step;
    const [socket, text] = [words.get('socket') ?? step.socket, words.get('text') ?? step.text];
    if (socket === step.socket && text === step.text)
      return (views) => ({ kind, socket: step.socket, text: step.text, origin, netns, leg, reply, packet: views[at]! });
    return (views, ports) => {
      const packet = views[at]!;
      return { kind, socket: fillText(socket, ports), text: fillText(text, ports), origin, netns, leg, reply, packet };
    };
  }
  if (step.kind === 'error' && step.origin === undefined && !words.has('what')) {
    const { kind, what, cause } = step;
    const text = words.get('text') ?? step.text;
    return (views, ports) => ({ kind, what, text: fillText(text, ports), cause, netns, leg, reply, packet: views[at]! });
  }
  return undefined;
}

/** Kinds of step that nearly every trace has many of: each is written out, for V8 to make it in one go. */
function commonStamp(step: Step, indexes: ViewIndexes): Stamp | undefined {
  const { netns, leg, reply } = step;
  const at = indexes.packet;
  switch (step.kind) {
    case 'interface': {
      const { kind, iface, dir } = step;
      return (views) => ({ kind, iface, dir, netns, leg, reply, packet: views[at]! });
    }
    case 'link': {
      const { kind, iface, peerNetns, peerIface, how } = step;
      return (views) => ({ kind, iface, peerNetns, peerIface, how, netns, leg, reply, packet: views[at]! });
    }
    case 'bridge': {
      if (step.cause !== undefined) return undefined;
      const { kind, bridge, from, to, why, text } = step;
      return (views) => ({ kind, bridge, from, to, why, text, netns, leg, reply, packet: views[at]! });
    }
    case 'neighbour': {
      const { kind, iface, ip, mac, text } = step;
      return mac === undefined ? undefined : (views) => ({ kind, iface, ip, mac, text, netns, leg, reply, packet: views[at]! });
    }
    case 'conntrack': {
      const { kind, state, text } = step;
      return (views) => ({ kind, state, text, netns, leg, reply, packet: views[at]! });
    }
    case 'send': {
      const { kind, what } = step;
      return (views) => ({ kind, what, netns, leg, reply, packet: views[at]! });
    }
    case 'table':
      return tableStamp(step, at);
    case 'route':
      return routeStamp(step, at);
    case 'nat':
      return natStamp(step, indexes);
    case 'leave': {
      const { kind, iface, text, untranslated } = step;
      return untranslated !== undefined ? undefined : (views) => ({ kind, iface, text, netns, leg, reply, packet: views[at]! });
    }
    case 'deliver':
    case 'proxy':
    case 'error':
    case 'drop':
      return undefined;
  }
}

/** Marks a step that was made a moment ago, so that nobody holds it yet: a copy took a sixth of the time of a trace by a known way. */
function assumed(step: Step): Step {
  const fresh: { assumed?: true } = step;
  fresh.assumed = true;
  return step;
}

const NO_PORTS: Ports = { sport: 0, dport: 0 };

/** A step that has more than steps of its kind usually have is not written out. */
function usualStamp(step: Step, indexes: ViewIndexes): Stamp | undefined {
  const { assumed: _, ...told } = step;
  const stamp = commonStamp(step, indexes);
  const made = stamp?.([], NO_PORTS) ?? {};
  return Object.keys(told).every((key) => key in made) ? stamp : undefined;
}

/** @returns how to make a step of addresses and words alone. */
export function stampOf(step: Step, indexes: ViewIndexes, words: ReadonlyMap<string, TextSlots>): Stamp {
  const { packet, before, after } = indexes;
  const common = endStamp(step, packet, words) ?? (words.size === 0 ? usualStamp(step, indexes) : undefined);
  if (common !== undefined) return step.assumed === undefined ? common : (views, ports) => assumed(common(views, ports));
  return (views, ports) => {
    const filled = Object.fromEntries([...words].map(([key, text]) => [key, fillText(text, ports)]));
    const made = { ...step, ...filled, packet: views[packet]! };
    // a step of the same kind: addresses took the place of addresses, texts of texts
    return (before === undefined || after === undefined ? made : { ...made, before: views[before]!, after: views[after]! }) as Step;
  };
}
