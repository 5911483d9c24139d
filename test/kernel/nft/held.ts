import type { Rng } from '../generate/rng.js';
import type { Family } from './place.js';

/** Where a use may stand. */
type Use = 'condition' | 'effect' | 'verdict' | 'forward' | 'tracked' | 'dnat';

/** A set, map, object or flowtable of a table, and what rules do with it. */
interface Thing {
  readonly families: readonly Family[];
  readonly declared: string;
  readonly uses: readonly (readonly [use: Use, text: string])[];
}

const IP: readonly Family[] = ['ip', 'inet'];
const ANY: readonly Family[] = ['ip', 'ip6', 'inet', 'bridge', 'netdev'];
const ROUTED: readonly Family[] = ['ip', 'ip6', 'inet'];

const THINGS: readonly Thing[] = [
  {
    families: IP,
    declared:
      'set triples { type ipv4_addr . ipv4_addr . inet_service; flags interval; elements = { 10.1.0.0/24 . 10.2.0.2-10.2.0.9 . 20-90, 10.3.0.2 . 10.0.0.0/8 . 53 }; }',
    uses: [
      ['condition', 'ip saddr . ip daddr . tcp dport @triples'],
      ['condition', 'ip saddr . ip daddr . udp dport != @triples'],
    ],
  },
  {
    families: ['ip6', 'inet'],
    declared: 'set pairs6 { type ipv6_addr . ipv6_addr; flags interval; elements = { fd01::/64 . fd02::2-fd02::9, fd03::2 . fd02::/48 }; }',
    uses: [['condition', 'ip6 saddr . ip6 daddr @pairs6']],
  },
  {
    families: IP,
    declared:
      'map nets { type ipv4_addr : verdict; flags interval; elements = { 10.1.0.0/24 : accept, 10.3.0.0-10.3.0.2 : return, * : continue }; }',
    uses: [['verdict', 'ip saddr vmap @nets']],
  },
  {
    families: IP,
    declared: 'map others { type ipv4_addr : verdict; elements = { 10.1.0.2 : continue, * : return }; }',
    uses: [
      ['verdict', 'ip saddr vmap @others'],
      ['verdict', 'ip daddr vmap @others'],
    ],
  },
  {
    families: IP,
    declared:
      'map doors { type ipv4_addr . inet_service : verdict; flags interval; elements = { 10.1.0.0/24 . 20-60 : accept, 10.0.0.0/8 . 80-8080 : return }; }',
    uses: [
      ['verdict', 'ip saddr . tcp dport vmap @doors'],
      ['verdict', 'ip daddr . udp dport vmap @doors'],
    ],
  },
  {
    families: IP,
    declared:
      'map colours { type ipv4_addr . inet_service : mark; flags interval; elements = { 10.1.0.0/24 . 20-90 : 0x1, 10.3.0.2 . 53 : 0x2 }; }',
    uses: [
      ['effect', 'meta mark set ip saddr . tcp dport map @colours'],
      ['effect', 'meta mark set ip saddr . th dport map @colours'],
    ],
  },
  {
    families: IP,
    declared: 'set ends { type ifname . ipv4_addr; flags interval; elements = { "a*" . 10.1.0.0/24, "br0" . 10.3.0.2 }; }',
    uses: [['condition', 'iifname . ip saddr @ends']],
  },
  {
    families: ANY,
    declared: 'set wild { type ifname; flags interval; elements = { "a*", "br0" }; }',
    uses: [
      ['condition', 'iifname @wild'],
      ['condition', 'iifname != @wild'],
    ],
  },
  {
    families: IP,
    declared: 'set raw { typeof @nh,128,32; elements = { 0x0a020002, 0x0a010001 }; }',
    uses: [['condition', '@nh,128,32 @raw']],
  },
  {
    families: IP,
    declared: 'set lasting { type ipv4_addr; flags interval,timeout; auto-merge; elements = { 10.1.0.0/24 timeout 1h, 10.2.0.2 }; }',
    uses: [
      ['condition', 'ip saddr @lasting'],
      ['condition', 'ip daddr != @lasting'],
    ],
  },
  {
    families: IP,
    declared: 'set asked { type ipv4_addr . inet_service; flags dynamic,timeout; timeout 1m; }',
    uses: [
      ['effect', 'update @asked { ip saddr . th sport }'],
      ['effect', 'add @asked { ip saddr . th sport timeout 10s }'],
      ['effect', 'delete @asked { ip saddr . th sport }'],
      ['condition', 'ip saddr . th sport @asked'],
      ['condition', 'ip saddr . th sport != @asked'],
      ['condition', 'ip daddr . th dport @asked'],
    ],
  },
  {
    families: IP,
    declared: 'map led { type ipv4_addr . inet_service : mark; flags dynamic,timeout; timeout 1m; }',
    uses: [
      ['effect', 'update @led { ip saddr . th sport : 0x2 }'],
      ['effect', 'meta mark set ip saddr . th sport map @led'],
      ['condition', 'ip saddr . th sport @led'],
    ],
  },
  {
    families: IP,
    declared: 'set many { type ipv4_addr; flags dynamic; }',
    uses: [
      ['effect', 'add @many { ip saddr ct count over 500 }'],
      ['effect', 'add @many { ip saddr limit rate 5000/second }'],
    ],
  },
  {
    families: ANY,
    declared: 'limit fast { rate 5000/second; }',
    uses: [
      ['effect', 'limit name "fast"'],
      ['effect', 'limit name tcp dport map { 80 : "fast" }'],
    ],
  },
  {
    families: ANY,
    declared: 'counter seen80 { }',
    uses: [
      ['effect', 'counter name "seen80"'],
      ['effect', 'counter name tcp dport map { 80 : "seen80", 22 : "seen80" }'],
    ],
  },
  { families: ANY, declared: 'quota much { over 1000 mbytes; }', uses: [['effect', 'quota name "much"']] },
  {
    families: ROUTED,
    declared: 'ct helper files { type "ftp" protocol tcp; }',
    uses: [['tracked', 'ct helper set "files"']],
  },
  {
    families: ROUTED,
    declared: 'ct timeout brief { protocol tcp; policy = { established : 100, close : 4 }; }',
    uses: [['tracked', 'meta l4proto tcp ct timeout set "brief"']],
  },
  {
    families: IP,
    declared: 'ct expectation soon { protocol udp; dport 9876; timeout 2m; size 8; l3proto ip; }',
    uses: [['tracked', 'ct expectation set "soon"']],
  },
  {
    families: ROUTED,
    declared: 'flowtable offloaded { hook ingress priority 0; devices = { a0, b0 }; }',
    uses: [['forward', 'meta l4proto { tcp, udp } flow add @offloaded']],
  },
  {
    families: IP,
    declared: 'map spread { type ipv4_addr : interval ipv4_addr; flags interval; elements = { 10.1.0.0/24 : 10.2.0.2-10.2.0.3 }; }',
    uses: [['dnat', 'dnat ip to ip saddr map @spread']],
  },
  {
    families: IP,
    declared:
      'map shops { type ipv4_addr . inet_service : ipv4_addr . inet_service; elements = { 10.1.0.1 . 443 : 10.2.0.2 . 80, 10.2.0.3 . 8080 : 10.2.0.2 . 22 }; }',
    uses: [['dnat', 'meta l4proto tcp dnat ip to ip daddr . tcp dport map @shops']],
  },
  {
    families: IP,
    declared:
      'map wide { type ipv4_addr . inet_service : interval ipv4_addr . inet_service; flags interval; elements = { 10.1.0.0/24 . 400-8080 : 10.2.0.2 . 22-22 }; }',
    uses: [['dnat', 'meta l4proto { tcp, udp } dnat ip to ip saddr . th dport map @wide']],
  },
];

/** What a table holds besides its chains, and the words by which rules use it. */
export interface Held {
  readonly declared: readonly string[];
  readonly uses: readonly (readonly [use: Use, text: string])[];
}

/** @returns some things for a table of a family. */
export function heldBy(rng: Rng, family: Family): Held {
  const some = rng.some(
    THINGS.filter(({ families }) => families.includes(family)),
    0.12,
  );
  return { declared: some.map(({ declared }) => declared), uses: some.flatMap(({ uses }) => uses) };
}

/** @returns one way to use what the table holds, of those that may stand here; undefined where there is none. */
export function useOf(rng: Rng, { uses }: Held, ...wanted: readonly Use[]): string | undefined {
  const fitting = uses.filter(([use]) => wanted.includes(use));
  return fitting.length === 0 ? undefined : rng.pick(fitting)[1];
}
