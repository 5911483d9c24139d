import { useOf } from './held.js';
import { isBelow, MARKS, six, type Place } from './place.js';
import { registeredField } from './registered.js';
import { valueOf } from './values.js';

/** A mark by what any field says, or any field of the packet written anew. */
function ofRegistered(place: Place): string {
  const { rng } = place;
  const { of, words, type } = registeredField(place);
  const [one, other] = [valueOf(rng, type), valueOf(rng, type)];
  const entries = one === other ? [`${one} : 0x1`] : [`${one} : 0x1`, `${other} : 0x2`];
  return of.startsWith('payload ') && rng.chance(0.3) ? `${words} set ${one}` : `meta mark set ${words} map { ${entries.join(', ')} }`;
}

/** Copies go to where nobody is: an answer to one would be the client's as well. */
function copies({ rng, family, hook }: Place): readonly string[] {
  if ((family !== 'ip' && family !== 'ip6') || hook === 'none') return [];
  return [`dup to ${family === 'ip6' ? 'fd03::9' : '10.3.0.9'}${rng.pick(['', ' device "br0"'])}`];
}

/** @returns something that a rule does on its way to a verdict. */
export function effect(place: Place): string {
  const { rng, names, hook } = place;
  const wanted = ['effect', ...(isBelow(place) ? [] : ['tracked' as const]), ...(hook === 'forward' ? ['forward' as const] : [])] as const;
  const own = rng.chance(0.4) ? useOf(rng, names.held, ...wanted) : undefined;
  if (own !== undefined) return own;
  if (rng.chance(0.15)) return ofRegistered(place);
  const v6 = six(place);
  const address = v6 ? 'ip6 saddr' : 'ip saddr';
  const tracked = isBelow(place)
    ? []
    : [
        `ct mark set ${rng.pick(MARKS)}`,
        'ct mark set ct mark | 0x2',
        'meta mark set ct mark',
        'ct mark set meta mark',
        'ct mark set tcp dport map { 80 : 0x1, 22 : 0x2 }',
        'ct event set new',
        'ct label set 5',
        ...(hook === 'prerouting' || hook === 'output'
          ? ['ct zone set 1', 'ct zone set 0', 'ct original zone set 2', 'ct reply zone set 0']
          : []),
      ];
  const forms = [
    ...tracked,
    'log',
    'log prefix "x " level debug',
    'quota over 10 mbytes',
    'quota 10 mbytes',
    'limit rate 5000/second',
    'limit rate over 1 mbytes/second',
    'meta priority set 1:2',
    'meta pkttype set host',
    'meta mark set numgen inc mod 2 map { 0 : 0x1, 1 : 0x2 }',
    `meta mark set jhash ${address} mod 2 offset 1`,
    'meta mark set symhash mod 2',
    `meta mark set ${address} map { ${v6 ? 'fd01::2 : 0x1, fd02::/64 : 0x2' : '10.1.0.2 : 0x1, 10.2.0.0/16 : 0x2'} }`,
    'meta mark set meta mark << 1',
    'meta mark set meta mark >> 1',
    'meta mark set meta mark ^ 0x3',
    ...(names.marks !== undefined
      ? [`meta mark set ip saddr map @${names.marks}`, `${rng.pick(['add', 'update'])} @${names.marks} { ip saddr : 0x2 }`]
      : []),
    ...(names.seen !== undefined ? [`add @${names.seen} { ip daddr limit rate 500/second }`] : []),
    `tcp option maxseg size set ${rng.pick(['1400', 'rt mtu'])}`,
    'reset tcp option sack-perm',
    v6 ? 'ip6 hoplimit set 50' : 'ip ttl set 50',
    v6 ? 'ip6 flowlabel set 5' : 'ip ecn set ect0',
    'udp checksum set 0',
    `tcp dport set ${rng.pick(['80', '22'])}`,
    `udp dport set ${rng.pick(['53', '443'])}`,
    `@th,16,16 set ${rng.pick(['80', '22'])}`,
    v6 ? 'ip6 daddr set fd02::3' : 'ip daddr set 10.2.0.3',
    'ct count over 100',
    'ct count 100',
    ...copies(place),
    ...(hook === 'prerouting' && place.type === 'filter' && !isBelow(place)
      ? [`meta l4proto { tcp, udp } tproxy to :${rng.pick(['22', '53'])}`]
      : []),
    'queue flags bypass,fanout to 3-5',
    ...(place.family === 'netdev' ? ['dup to "b0"'] : []),
    'last',
    'meta nftrace set 1',
    `meter m${rng.int(0, 1e6)} size 100 { ${address} limit rate 500/second }`,
    `meta mark set ${rng.pick(MARKS)}`,
    'meta mark set meta mark | 0x10',
    'meta mark set meta mark & 0xffffff0f ^ 0x1',
    'counter',
    'counter',
    `meta mark set tcp dport map { 80 : 0x1, 22 : 0x2 }`,
    ...(names.seen !== undefined && hook !== 'none' ? [`${rng.pick(['add', 'update', 'delete'])} @${names.seen} { ip saddr }`] : []),
    v6 ? 'ip6 dscp set cs1' : 'ip dscp set cs1',
  ];
  return rng.pick(forms);
}
