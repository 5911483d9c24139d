import { expect, test } from 'vitest';
import { tcpNext, tcpOpens, type TcpState } from '../../../src/datapath/conntrack/tcp-state.js';
import { TCP_FLAG } from '../../../src/model/packet.js';

const { SYN, ACK, RST, PSH } = TCP_FLAG;

/** tcp_conntracks of net/netfilter/nf_conntrack_proto_tcp.c: what the client sends, and what the server sends. */
const TABLE: readonly (readonly [TcpState, number, TcpState | undefined, TcpState | undefined])[] = [
  ['NONE', SYN, 'SYN_SENT', undefined],
  ['NONE', SYN | ACK, undefined, undefined],
  ['NONE', ACK, 'ESTABLISHED', undefined],
  ['NONE', RST, undefined, undefined],
  ['SYN_SENT', SYN, 'SYN_SENT', 'SYN_SENT2'],
  ['SYN_SENT', SYN | ACK, undefined, 'SYN_RECV'],
  ['SYN_SENT', ACK, undefined, 'SYN_SENT'],
  ['SYN_SENT', RST | ACK, 'CLOSE', 'CLOSE'],
  ['SYN_SENT2', SYN | ACK, 'SYN_RECV', 'SYN_RECV'],
  ['SYN_SENT2', ACK, undefined, 'SYN_SENT2'],
  ['SYN_RECV', SYN, 'SYN_RECV', undefined],
  ['SYN_RECV', SYN | ACK, 'SYN_RECV', 'SYN_RECV'],
  ['SYN_RECV', ACK, 'ESTABLISHED', 'SYN_RECV'],
  ['ESTABLISHED', PSH | ACK, 'ESTABLISHED', 'ESTABLISHED'],
  ['ESTABLISHED', SYN, 'ESTABLISHED', undefined],
  ['ESTABLISHED', RST, 'CLOSE', 'CLOSE'],
  ['CLOSE', ACK, 'CLOSE', 'CLOSE'],
  ['CLOSE', SYN, 'SYN_SENT', undefined],
];

test.each(TABLE)('%s, segment with flags %i', (state, flags, client, server) => {
  expect([tcpNext(state, flags, false), tcpNext(state, flags, true)]).toEqual([client, server]);
});

test.each([
  [SYN, 'SYN_SENT'],
  [SYN | ACK, undefined],
  [ACK, 'picks-up'],
  [PSH | ACK, 'picks-up'],
  [RST, undefined],
] as const)('a segment with flags %i of no connection', (flags, opens) => {
  expect(tcpOpens(flags)).toBe(opens);
});
