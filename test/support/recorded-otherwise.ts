import type { Outcome } from '../../src/model/trace.js';

/** A recorded flow that the tool answers otherwise on purpose. */
export interface Otherwise {
  readonly outcome: Outcome;
  readonly why: string;
}

const LOCAL_ERROR = 'a local error is `unreachable`; the recorder knew only the words of ping it looked for';
const PROHIBITED = 'an ICMP prohibition is `unreachable`; the recorder missed the capital P of "Prohibited"';
const BEYOND = 'whether a neighbour beyond the uplink exists is not in the snapshot';
const OVERLAY = 'who else is on an overlay is told in its own namespace, which the recording lacks';
const COLD_NEIGHBOUR =
  'a DNATed frame goes once more through the bridge device while the neighbour entry is cold (br_nf_pre_routing_finish_bridge)';
const TWICE = 'the flow crosses the host twice, and the recorder took the second time for a retransmission';
const MAP_SET = 'SET --map-set takes a mark from the set, which this rule leaves out of the model';
const OTHER_WAY_IN = 'the outside machine of the recording sent it by another uplink than the one the host routes back by';

const KNOWN: Readonly<Record<string, Readonly<Record<string, Otherwise>>>> = {
  ctrnat26: {
    'c2->203.0.113.200/icmp': { outcome: 'unreachable', why: LOCAL_ERROR },
    'c2->172.29.0.11:80/tcp': { outcome: 'timeout', why: TWICE },
  },
  ipset20: { 'web->203.0.113.130:53/udp': { outcome: 'timeout', why: MAP_SET } },
  macvlan20: { 'mv1->198.51.100.77:80/tcp': { outcome: 'leaves-host', why: BEYOND } },
  nat20: { 'app->192.0.2.2:80/tcp': { outcome: 'connected', why: COLD_NEIGHBOUR } },
  policy20: { 'host->203.0.113.81/icmp': { outcome: 'unreachable', why: LOCAL_ERROR } },
  reject20: {
    'web->203.0.113.66/icmp': { outcome: 'unreachable', why: PROHIBITED },
    'host->203.0.113.66/icmp': { outcome: 'unreachable', why: PROHIBITED },
  },
  rpf20: {
    'app->198.51.100.10:8081/tcp': { outcome: 'connected', why: COLD_NEIGHBOUR },
    'db->172.30.0.1:7000/tcp': { outcome: 'timeout', why: COLD_NEIGHBOUR },
    'router->172.31.0.2:80/tcp': { outcome: 'timeout', why: OTHER_WAY_IN },
  },
  swarm20: { 'ov1->10.5.0.99:80/tcp': { outcome: 'unknown', why: OVERLAY } },
};

/** @returns what the tool says instead of the recording, and why; undefined where they must agree. */
export function recordedOtherwise(host: string, flow: string): Otherwise | undefined {
  return KNOWN[host]?.[flow];
}
