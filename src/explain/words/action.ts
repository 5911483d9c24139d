import { formatIp, type Ip } from '../../address/ip.js';
import type { Action, NatRange, Writable, KeyedSet } from '../../netfilter/index.js';

const hex = (value: number): string => `0x${value.toString(16)}`;

const WRITTEN: Readonly<Record<Writable, string>> = {
  mark: "the packet's mark",
  connmark: "the connection's mark",
  ttl: 'the TTL or hop limit',
  tos: 'the TOS byte',
  src: 'the source address',
  dst: 'the destination address',
  sport: 'the source port',
  dport: 'the destination port',
  pkttype: 'the kind of packet',
  srcMac: 'the link-layer source address',
  dstMac: 'the link-layer destination address',
  zone: 'the zone in which its connection is filed',
};

const setName = ({ name }: KeyedSet): string => (name === '' ? 'a set of its own' : name);

function addresses(range: NatRange): string | undefined {
  const { minIp, maxIp } = range;
  if (minIp === undefined) return undefined;
  return maxIp === undefined || maxIp === minIp ? formatIp(minIp) : `one of ${formatIp(minIp)} to ${formatIp(maxIp)}`;
}

function ports({ minPort, maxPort }: NatRange): string | undefined {
  if (minPort === undefined) return undefined;
  return maxPort === undefined || maxPort === minPort ? `port ${minPort}` : `one of the ports ${minPort} to ${maxPort}`;
}

function place(range: NatRange): string {
  return [addresses(range), ports(range)].filter((part) => part !== undefined).join(', ') || 'what it was';
}

const BACK = 'Connection tracking remembers it and turns the answers back; later packets of the connection do not meet this table again.';

/** @returns what a target does to a packet that meets it, in sentences. */
export function actionWords(action: Action, target: string | undefined): string {
  switch (action.kind) {
    case 'accept':
      return 'lets the packet go on past the rest of this table; other tables and hooks may still stop it.';
    case 'drop':
      return 'throws the packet away without a word: the sender waits until it gives up.';
    case 'return':
      return 'goes back to the chain that jumped here, behind the rule that did; in a built-in chain, the policy decides.';
    case 'jump':
      return `goes through the rules of chain ${action.chain}; if none of them decides, the rule below this one is next.`;
    case 'goto':
      return `goes on in chain ${action.chain}; if none of its rules decides, it does not come back to this one.`;
    case 'reject':
      return action.with === 'tcp-reset'
        ? 'refuses the packet with a TCP reset: the sender sees "connection refused" at once.'
        : `refuses the packet with the ICMP error ${action.with}: the sender is told at once.`;
    case 'nat':
      return action.manip === 'dst'
        ? `rewrites the destination to ${place(action.range)}, before the packet is routed. ${BACK}`
        : `rewrites the source to ${place(action.range)}, as the packet leaves. ${BACK}`;
    case 'masquerade':
      return `rewrites the source to the address of the interface that the packet leaves by${action.range.minPort === undefined ? '' : `, ${ports(action.range)}`}. ${BACK}`;
    case 'redirect':
      return `rewrites the destination to this machine itself${action.range.minPort === undefined ? '' : `, ${ports(action.range)}`}. ${BACK}`;
    case 'netmap':
      return `rewrites the network part of the address to ${formatIp(action.addr)}, keeping the host part (mask ${maskText(action.mask)}).`;
    case 'mark':
      return `sets the packet's mark, in the bits ${hex(action.mask >>> 0)}, to ${hex(action.value >>> 0)}: routing rules and later matches can ask for it. Then the next rule.`;
    case 'connmark':
      return `${{ set: "sets the connection's mark", save: "saves the packet's mark in its connection", restore: "takes the packet's mark from its connection" }[action.op]}. Then the next rule.`;
    case 'ct':
      return action.notrack
        ? 'leaves the packet out of connection tracking: it is UNTRACKED, and NAT does not see it.'
        : 'chooses how connection tracking files the connection (zone, helper). Then the next rule.';
    case 'ttl':
      return `changes the TTL or hop limit (${action.op} ${action.value}). Then the next rule.`;
    case 'tos':
      return `sets the TOS byte, in the bits ${hex(action.mask)}, to ${hex(action.value)}. Then the next rule.`;
    case 'tproxy':
      return `hands the packet to a local proxy on port ${action.port} without rewriting it.`;
    case 'set':
      return `${action.op === 'add' ? 'adds an entry to' : 'takes an entry out of'} the set ${action.set}. Then the next rule.`;
    case 'map-mark':
      return `sets the packet's mark to the one that its entry in the set ${action.set} holds. Then the next rule.`;
    case 'continue':
      return target === undefined
        ? 'has no target: it only counts the packets that meet it. Then the next rule.'
        : 'does not change where the packet goes. Then the next rule.';
    case 'gap':
      return `is not decided here: it may accept the packet, drop it or let it go on, by ${action.detail}.`;
    case 'sequence':
      return `does, in order: ${action.of
        .map((one) => (one.step === 'do' ? actionWords(one.action, target) : 'goes on only where what it then asks holds;'))
        .join(' ')}`;
    case 'vmap':
      return `does what the entry of ${setName(action.map)} for the packet says; without an entry, the next rule.`;
    case 'nat-by':
      return `rewrites the ${action.type === 'snat' || action.type === 'masquerade' ? 'source' : 'destination'} to what it looks up for the packet; where nothing is found, the next rule. ${BACK}`;
    case 'write':
      return `writes into ${WRITTEN[action.to]}. Then the next rule.`;
    case 'notrack':
      return 'leaves the packet out of connection tracking: it is UNTRACKED, and NAT does not see it.';
    case 'update':
      return `${action.op === 'delete' ? 'takes an entry out of' : 'adds an entry to'} the set ${setName(action.set)}. Then the next rule.`;
    case 'tproxy-to':
      return 'hands the packet to a local proxy without rewriting it; where none listens, the next rule.';
    case 'fwd':
      return `hands the packet to ${action.dev ?? 'another device'} as it is; no later rule here sees it.`;
    case 'flow':
      return 'hands the connection, once it is established, to a flowtable, which takes its packets past these chains.';
    case 'unknown':
      return `is not decided here: ${action.question.detail}.`;
  }
}

function maskText(mask: Ip): string {
  return formatIp(mask);
}
