import type { FlowProto, Outcome } from '../../model/trace.js';
import type { Refusal } from '../walk/fate.js';
import type { Report } from '../reasons/reason.js';

/** Type and code of an ICMP error (RFC 792, 1812, 4443). */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** What the message says, in the words of its RFC. */
  readonly name: string;
}

const ICMP: Readonly<Record<Exclude<Refusal, 'tcp-reset'>, IcmpError>> = {
  'icmp-net-unreachable': { type: 3, code: 0, name: 'ICMP network unreachable' },
  'icmp-host-unreachable': { type: 3, code: 1, name: 'ICMP host unreachable' },
  'icmp-proto-unreachable': { type: 3, code: 2, name: 'ICMP protocol unreachable' },
  'icmp-port-unreachable': { type: 3, code: 3, name: 'ICMP port unreachable' },
  'icmp-net-prohibited': { type: 3, code: 9, name: 'ICMP network prohibited' },
  'icmp-host-prohibited': { type: 3, code: 10, name: 'ICMP host prohibited' },
  'icmp-admin-prohibited': { type: 3, code: 13, name: 'ICMP administratively prohibited' },
  'icmp-filtered': { type: 3, code: 13, name: 'ICMP administratively prohibited' },
  'icmp-ttl-exceeded': { type: 11, code: 0, name: 'ICMP time exceeded' },
  'icmp6-no-route': { type: 1, code: 0, name: 'ICMPv6 no route' },
  'icmp6-adm-prohibited': { type: 1, code: 1, name: 'ICMPv6 administratively prohibited' },
  'icmp6-addr-unreachable': { type: 1, code: 3, name: 'ICMPv6 address unreachable' },
  'icmp6-port-unreachable': { type: 1, code: 4, name: 'ICMPv6 port unreachable' },
  'icmp6-policy-fail': { type: 1, code: 5, name: 'ICMPv6 source address failed policy' },
  'icmp6-reject-route': { type: 1, code: 6, name: 'ICMPv6 reject route' },
  'icmp6-beyond-scope': { type: 1, code: 2, name: 'ICMPv6 beyond scope of source address' },
  'icmp6-hop-limit': { type: 3, code: 0, name: 'ICMPv6 hop limit exceeded' },
};

/** @returns the ICMP message of a refusal, undefined for a TCP reset. */
export function icmpError(refusal: Refusal): IcmpError | undefined {
  return refusal === 'tcp-reset' ? undefined : ICMP[refusal];
}

/** What an ICMP error makes a client see, and why where that needs saying. */
export interface RefusalSeen {
  readonly outcome: Outcome;
  readonly note?: Extract<Report, { by: 'icmp' }>['note'];
}

/** Errors that a connected UDP socket reports: the `fatal` ones of icmp_err_convert, icmpv6_err_convert. */
function reportedToUdp({ type, code }: IcmpError, family: 4 | 6): boolean {
  if (family === 6) return type === 1 && (code === 1 || code === 4 || code === 5 || code === 6);
  return type === 3 && (code === 2 || code === 3 || code === 9 || code === 10 || code === 13);
}

/**
 * What a client's socket makes of an ICMP error (tcp_v4_err, tcp_v6_err, __udp4_lib_err, __udp6_lib_err; ping prints it).
 * @param sameMachine the client is in the snapshot, so the error comes back within its own system call.
 */
export function clientView(error: IcmpError, proto: FlowProto, family: 4 | 6, sameMachine: boolean): RefusalSeen {
  const portUnreachable = (family === 4 && error.type === 3 && error.code === 3) || (family === 6 && error.type === 1 && error.code === 4);
  switch (proto) {
    case 'icmp':
      return { outcome: error.type === 11 || (family === 6 && error.type === 3) ? 'timeout' : 'unreachable' };
    case 'udp':
      if (!reportedToUdp(error, family)) return { outcome: 'timeout', note: 'udp-deaf' };
      return { outcome: portUnreachable ? 'refused' : 'unreachable' };
    case 'tcp':
      if (family === 6 && sameMachine) return { outcome: 'timeout', note: 'held' };
      return { outcome: portUnreachable ? 'refused' : 'unreachable' };
  }
}
