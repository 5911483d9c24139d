import { TCP_FLAG } from '../../model/packet.js';

/** ip_ct_tcp.state, as far as a handshake and what follows it come. */
export type TcpState = 'NONE' | 'SYN_SENT' | 'SYN_SENT2' | 'SYN_RECV' | 'ESTABLISHED' | 'CLOSE';

/** What the tracker makes of a segment: the state that follows, that it says nothing (sIG), or that it belongs to no connection (sIV). */
type Next = TcpState | 'ignored' | 'invalid';

type Row = Readonly<Record<TcpState, Next>>;

/** get_conntrack_index: which row of the table a segment is looked up in. FIN and segments without flags are not walked. */
function kindOf(flags: number): keyof typeof ORIGINAL {
  if ((flags & TCP_FLAG.RST) !== 0) return 'rst';
  if ((flags & TCP_FLAG.SYN) === 0) return 'ack';
  return (flags & TCP_FLAG.ACK) === 0 ? 'syn' : 'synack';
}

const row = (NONE: Next, SYN_SENT: Next, SYN_SENT2: Next, SYN_RECV: Next, ESTABLISHED: Next, CLOSE: Next): Row => ({
  ...{ NONE, SYN_SENT, SYN_SENT2, SYN_RECV, ESTABLISHED, CLOSE },
});

/** tcp_conntracks[IP_CT_DIR_ORIGINAL], columns in the order of `row`. */
const ORIGINAL = {
  syn: row('SYN_SENT', 'SYN_SENT', 'SYN_SENT2', 'ignored', 'ignored', 'SYN_SENT'),
  synack: row('invalid', 'invalid', 'SYN_RECV', 'ignored', 'ignored', 'ignored'),
  ack: row('ESTABLISHED', 'invalid', 'invalid', 'ESTABLISHED', 'ESTABLISHED', 'CLOSE'),
  rst: row('invalid', 'CLOSE', 'CLOSE', 'CLOSE', 'CLOSE', 'CLOSE'),
};

/** tcp_conntracks[IP_CT_DIR_REPLY]. */
const REPLY: typeof ORIGINAL = {
  syn: row('invalid', 'SYN_SENT2', 'SYN_SENT2', 'invalid', 'invalid', 'invalid'),
  synack: row('invalid', 'SYN_RECV', 'SYN_RECV', 'ignored', 'ignored', 'ignored'),
  ack: row('invalid', 'ignored', 'ignored', 'SYN_RECV', 'ESTABLISHED', 'CLOSE'),
  rst: row('invalid', 'CLOSE', 'CLOSE', 'CLOSE', 'CLOSE', 'CLOSE'),
};

/**
 * nf_conntrack_tcp_packet (net/netfilter/nf_conntrack_proto_tcp.c): what a segment does to the connection that it belongs to. An ACK
 * of the client's is `invalid` while the tracker has not seen the SYN-ACK: so it is wherever only one direction is tracked.
 * @returns the state that follows; undefined where the segment is INVALID.
 */
export function tcpNext(state: TcpState, flags: number, reply: boolean): TcpState | undefined {
  const next = (reply ? REPLY : ORIGINAL)[kindOf(flags)][state];
  return next === 'ignored' ? state : next === 'invalid' ? undefined : next;
}

/**
 * tcp_new: the state in which a segment that belongs to no connection opens one.
 * @returns undefined where it opens none; `picks-up` where it does so in the middle of a connection, which nf_conntrack_tcp_loose allows.
 */
export function tcpOpens(flags: number): TcpState | 'picks-up' | undefined {
  const next = tcpNext('NONE', flags, false);
  return next === 'ESTABLISHED' ? 'picks-up' : next;
}
