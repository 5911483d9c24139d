/**
 * Everything that may decide how a flow fares, with the code that stays when its words change. The set is closed: `docs/causes.md` explains
 * each, and nothing else decides by. The first digit is the place: 0 who answers, 1 rules, 2 routing, 3 links, 4 the receiver, 5 the way
 * back, 6 proxies, 9 what is not known.
 */
export const CAUSES = {
  answered: 'DTP-001',
  'echo-answered': 'DTP-002',
  'left-host': 'DTP-003',

  rule: 'DTP-101',
  'chain-policy': 'DTP-102',
  'no-socket-for-tproxy': 'DTP-103',
  'no-address-to-translate-to': 'DTP-104',
  'tproxy-not-routed': 'DTP-105',
  'rules-not-listed': 'DTP-106',

  'no-route': 'DTP-201',
  'route-refuses': 'DTP-202',
  'forwarding-off': 'DTP-203',
  'rp-filter': 'DTP-204',
  martian: 'DTP-205',
  'ttl-exceeded': 'DTP-206',
  'beyond-scope': 'DTP-207',
  'no-source-address': 'DTP-208',
  'broadcast-destination': 'DTP-209',
  'not-addressed-here': 'DTP-210',
  'reset-not-routed': 'DTP-211',

  'link-down': 'DTP-301',
  'no-carrier': 'DTP-302',
  'no-neighbour': 'DTP-303',
  circle: 'DTP-304',
  'port-state': 'DTP-305',
  'hairpin-off': 'DTP-306',
  'ports-isolated': 'DTP-307',
  vlan: 'DTP-308',
  'no-port': 'DTP-309',
  'dead-end': 'DTP-310',
  'other-station': 'DTP-311',
  'bridge-not-routed': 'DTP-312',

  'no-listener': 'DTP-401',
  'port-held': 'DTP-402',
  'echo-ignored': 'DTP-403',
  'container-stopped': 'DTP-404',
  'network-down': 'DTP-405',
  'network-empty': 'DTP-406',
  'no-common-family': 'DTP-407',
  'all-ports-taken': 'DTP-408',

  'reply-lost': 'DTP-501',
  'reply-not-sent': 'DTP-502',
  'reply-astray': 'DTP-503',
  stalls: 'DTP-504',
  'segment-astray': 'DTP-505',

  proxied: 'DTP-601',
  'proxy-in-vain': 'DTP-602',
  'proxy-unknown': 'DTP-603',

  undecided: 'DTP-901',
  'too-much': 'DTP-902',
  missing: 'DTP-903',
  unresolved: 'DTP-904',
  'sockets-not-listed': 'DTP-905',
  ipvs: 'DTP-906',
  'holder-not-listed': 'DTP-907',
} as const;

export type CauseKind = keyof typeof CAUSES;
export type CauseCode = (typeof CAUSES)[CauseKind];

/** What decided how a flow fares, as reports and those who decide by it know it: free of names, addresses and words. */
export interface Cause {
  readonly kind: CauseKind;
  readonly code: CauseCode;
  /** What it led to, the last first: `reply-lost` where a rule drops the answer, `proxied` where a proxy had the connection. */
  readonly within?: readonly CauseKind[];
}
