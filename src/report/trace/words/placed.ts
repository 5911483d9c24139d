import type { Account } from '../../../model/account.js';
import type { CauseKind } from '../../../model/cause.js';
import { isHostNetns } from '../../../model/netns.js';
import type { Step, Trace } from '../../../model/trace.js';
import { asked, begin, nameOf, whoIs } from './names.js';

type Sentence = (trace: Trace, account: Account, end: Step) => string;

/** The step at which a packet met its cause: what follows is the error on its way to whoever asked. */
function endOfWay({ steps, cause }: Trace): Step | undefined {
  return steps.findLast((step) => (step.kind === 'drop' || step.kind === 'error') && step.cause.kind === cause.kind) ?? steps.at(-1);
}

/** A machine, as people say it. */
const machineOf = ({ netns }: Step): string => (isHostNetns(netns) ? 'the host' : netns);

/** The device at which a packet ended, with its network where its name is that of a bridge. */
function device(step: Step, { bridges }: Account): string | undefined {
  const name = step.kind === 'drop' ? step.where : step.kind === 'bridge' ? step.bridge : undefined;
  const network = name === undefined ? undefined : bridges[name];
  return network === undefined ? name : `${name ?? ''} (network ${network})`;
}

const by = (step: Step, account: Account): string => {
  const name = device(step, account);
  return name === undefined ? '' : ` by ${name}`;
};

/** Who would have had to answer for its address: the next router, or the destination itself. */
function nextHop({ steps }: Trace, { packet }: Step): string {
  const route = steps.findLast((step): step is Extract<Step, { kind: 'route' }> => step.kind === 'route');
  return route?.via ?? packet.dst;
}

/** A link, by the network that it is of. */
function linkOf({ from, bridges }: Account, step: Step): string {
  const bridge = step.kind === 'drop' ? bridges[step.where] : undefined;
  const [own, ...others] = step.netns === nameOf(from) ? from.networks : [];
  const network = bridge ?? (others.length === 0 ? own : undefined);
  return network === undefined ? `the link of ${device(step, { from, to: from, bridges }) ?? 'that device'}` : `network ${network}`;
}

/** Causes about which more can be said of a flow than of all: who, where, by which device. */
const PLACED: Readonly<Partial<Record<CauseKind, Sentence>>> = {
  'no-route': (_, __, end) => `${begin(machineOf(end))} has no route to ${end.packet.dst}`,
  'route-refuses': (_, __, end) => `A route or policy rule of ${machineOf(end)} says not to send to ${end.packet.dst}`,
  'forwarding-off': (_, __, end) => `${begin(machineOf(end))} passes nothing on from one interface to another: forwarding is off`,
  'rp-filter': (_, account, end) =>
    `${begin(machineOf(end))} drops what comes in${by(end, account)} from ${end.packet.src}, as it would answer by another interface (rp_filter)`,
  martian: (_, account, end) =>
    `${begin(machineOf(end))} lets nothing in${by(end, account)} from ${end.packet.src} to ${end.packet.dst}: a loopback, broadcast or own address never comes from there`,
  'ttl-exceeded': (_, __, end) => `It has passed as many routers as its TTL allows when it comes to ${machineOf(end)}`,
  'no-neighbour': (trace, account, end) => `Nobody on ${linkOf(account, end)} answers for ${nextHop(trace, end)}`,
  'hairpin-off': (_, { from, target }) =>
    target !== undefined && target.name === nameOf(from)
      ? `${begin(whoIs(from))} asks for itself by an address of the host, and a bridge sends nothing back by the port it came from (hairpin mode is off)`
      : 'A bridge sends nothing back by the port it came from (hairpin mode is off)',
  'port-held': ({ flow }, { from }) =>
    `Docker only holds ${asked(flow)} of the host, and the rules that lead to the container do not catch what ${whoIs(from)} sends`,
  'reply-astray': (_, { from }) =>
    `What ${whoIs(from)} asks arrives, and the answer comes from another address or goes elsewhere, so that ${whoIs(from)} ignores it`,
};

/** @returns what a cause means for this flow; none where no more is known than of all flows. */
export function placedSentence(trace: Trace, account: Account): string | undefined {
  const end = endOfWay(trace);
  return end === undefined ? undefined : PLACED[trace.cause.kind]?.(trace, account, end);
}
