import { fieldsOf, headersOf, type HeaderKind } from '../../../src/netfilter/nftables/fields/headers.js';
import { CT_KEYS, META_KEYS, RT_KEYS, SOCKET_KEYS } from '../../../src/netfilter/nftables/fields/keys.js';
import { simpleType, type ValueType } from '../../../src/netfilter/nftables/types/data-types.js';
import type { Rng } from '../generate/rng.js';
import { isBelow, type Place } from './place.js';
import { valueOf } from './values.js';

/** A field as rules write it, and what its values are. */
export interface RegisteredField {
  /** Whose field it is: a header or option by name, else the first word. */
  readonly of: string;
  readonly words: string;
  readonly type: ValueType;
}

const field = (of: string, words: string, type: ValueType): RegisteredField => ({ of, words, type });

function ofHeaders(kind: HeaderKind, opening: string): readonly RegisteredField[] {
  return headersOf(kind).flatMap((name) =>
    [...(fieldsOf(kind, name) ?? [])].map(([key, type]) =>
      field(`${kind} ${name}`, `${opening}${name} ${key === 'addr' || key === 'sid' ? `${key}[1]` : key}`, type),
    ),
  );
}

function present(kind: HeaderKind, opening: string): readonly RegisteredField[] {
  return headersOf(kind).map((name) => field(`${kind} ${name}`, `${opening}${name}`, simpleType('boolean')));
}

/** Keys of `ct` that are asked of one direction, of both, or of the connection. */
function ofCt(): readonly RegisteredField[] {
  return [...CT_KEYS].flatMap(([key, type]): readonly RegisteredField[] => {
    if (key === 'saddr' || key === 'daddr')
      return (['original', 'reply'] as const).flatMap((dir) => [
        field('ct', `ct ${dir} ip ${key}`, simpleType('ipv4_addr')),
        field('ct', `ct ${dir} ip6 ${key}`, simpleType('ipv6_addr')),
      ]);
    const directed = ['l3proto', 'protocol', 'proto-src', 'proto-dst', 'bytes', 'packets', 'avgpkt', 'zone'].includes(key);
    const own = key === 'proto-src' || key === 'proto-dst' ? [] : [field('ct', `ct ${key}`, type)];
    return directed ? [...own, field('ct', `ct original ${key}`, type), field('ct', `ct reply ${key}`, type)] : own;
  });
}

const FIB = [
  ['oif', 'iface_index'],
  ['oifname', 'ifname'],
  ['type', 'fib_addrtype'],
  ['check', 'boolean'],
] as const;

function ofRoutes(): readonly RegisteredField[] {
  const asked = ['saddr', 'daddr', 'saddr . iif', 'daddr . iif', 'saddr . oif', 'daddr . oif', 'saddr . mark', 'daddr . mark . iif'];
  const fib = asked.flatMap((flags) => FIB.map(([result, type]) => field('fib', `fib ${flags} ${result}`, simpleType(type))));
  const rt = [...RT_KEYS].flatMap(([key, type]) =>
    key === 'nexthop'
      ? [field('rt', 'rt ip nexthop', simpleType('ipv4_addr')), field('rt', 'rt ip6 nexthop', simpleType('ipv6_addr'))]
      : [field('rt', `rt ${key}`, type)],
  );
  return [...fib, ...rt];
}

const NUMBER: ValueType = { type: 'integer', bits: 32 };

const DRAWN: readonly RegisteredField[] = [
  field('numgen', 'numgen inc mod 3', NUMBER),
  field('numgen', 'numgen random mod 2 offset 1', NUMBER),
  field('jhash', 'jhash ip saddr . ip daddr mod 2', NUMBER),
  field('jhash', 'jhash tcp sport mod 3 seed 0x5 offset 1', NUMBER),
  field('symhash', 'symhash mod 2', NUMBER),
];

const OTHERS: readonly RegisteredField[] = [
  field('osf', 'osf name', simpleType('string')),
  field('osf', 'osf ttl loose version', simpleType('string')),
  field('ipsec', 'ipsec in reqid', NUMBER),
  field('ipsec', 'ipsec out spi', NUMBER),
  field('ipsec', 'ipsec in ip saddr', simpleType('ipv4_addr')),
  field('tunnel', 'tunnel id', NUMBER),
  field('raw tcp option', 'tcp option @3,0,8', { type: 'integer', bits: 8 }),
  field('dccp option', 'dccp option 3', simpleType('boolean')),
];

/** Every field of a packet, and of what the kernel keeps beside it, that the reader knows. */
export const REGISTERED: readonly RegisteredField[] = [
  ...ofHeaders('payload', ''),
  ...ofHeaders('exthdr', ''),
  ...present('exthdr', 'exthdr '),
  ...ofHeaders('tcp option', 'tcp option '),
  ...present('tcp option', 'tcp option '),
  ...ofHeaders('ip option', 'ip option '),
  ...present('ip option', 'ip option '),
  ...ofHeaders('sctp chunk', 'sctp chunk '),
  ...present('sctp chunk', 'sctp chunk '),
  ...[...META_KEYS].map(([key, type]) => field('meta', `meta ${key}`, type)),
  ...ofCt(),
  ...ofRoutes(),
  ...[...SOCKET_KEYS].map(([key, type]) => field('socket', key === 'cgroupv2' ? 'socket cgroupv2 level 1' : `socket ${key}`, type)),
  ...DRAWN,
  ...OTHERS,
];

const FAMILIES = new Map<string, readonly RegisteredField[]>();
for (const one of REGISTERED) FAMILIES.set(one.of, [...(FAMILIES.get(one.of) ?? []), one]);
/** Headers that packets here have, whose fields are asked about more often than the others'. */
const MET = ['payload ip', 'payload ip6', 'payload tcp', 'payload udp', 'payload th', 'payload ether', 'meta', 'ct', 'fib', 'rt', 'socket'];

/** Headers that a table of one family has none of. */
const FOREIGN: Readonly<Partial<Record<Place['family'], RegExp>>> = {
  ip: /^(?:payload (?:ip6|icmpv6)$|exthdr )/,
  ip6: /^(?:payload (?:ip|icmp|igmp|arp)$|ip option )/,
};

function mayStand({ of }: RegisteredField, place: Place): boolean {
  return !(isBelow(place) && of === 'ct') && FOREIGN[place.family]?.test(of) !== true;
}

/** @returns a field that may be asked about here: of each header or kind as often, and of those that packets here have more often. */
export function registeredField(place: Place): RegisteredField {
  const { rng } = place;
  for (;;) {
    const one = rng.pick(FAMILIES.get(rng.chance(0.6) ? rng.pick(MET) : rng.pick([...FAMILIES.keys()])) ?? REGISTERED);
    if (mayStand(one, place)) return one;
  }
}

/** What nft leaves out of its own listing where a header is asked for behind it, as if that had asked for it: several values it keeps. */
const ELIDED = /^(?:(?:ether|vlan) type|meta (?:protocol|iiftype|oiftype)|ct (?:original |reply )?(?:l3proto|protocol))$/;

function asked(rng: Rng, { words, type }: RegisteredField): string {
  const value = (): string => valueOf(rng, type);
  if (ELIDED.test(words)) return `${words} ${rng.pick(['', '!= '])}{ ${[...new Set([value(), value(), value(), value()])].join(', ')} }`;
  const isNumber = ['integer', 'inet_service', 'mark', 'ipv4_addr', 'ipv6_addr', 'time'].includes(type.type);
  const forms = [
    `${words} ${value()}`,
    `${words} ${value()}`,
    `${words} != ${value()}`,
    `${words} { ${[...new Set([value(), value()])].join(', ')} }`,
    ...(isNumber ? [`${words} ${rng.pick(['<', '>', '<=', '>='])} ${value()}`] : []),
    ...(type.type === 'integer' || type.type === 'mark'
      ? [`${words} & ${rng.pick(['0x1', '0x3', '0xf0'])} == ${rng.pick(['0', '1'])}`]
      : []),
  ];
  return rng.pick(type.type === 'boolean' ? forms.slice(0, 1) : forms);
}

/** @returns a question about any field that the reader knows. */
export function registered(place: Place): string {
  const { rng } = place;
  const one = registeredField(place);
  if (rng.chance(0.1)) {
    const other = registeredField(place);
    return `${one.words} . ${other.words} ${rng.pick(['', '!= '])}{ ${valueOf(rng, one.type)} . ${valueOf(rng, other.type)} }`;
  }
  return asked(rng, one);
}
