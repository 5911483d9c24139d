import type { Family } from '../../../address/ip.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension, OptionSyntax } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { arg, checkFlags, fail } from '../options.js';
import { allOf, negateIf, type AddrType, type Predicate } from '../../predicate/predicate.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const TYPES: ReadonlyMap<string, AddrType> = new Map(
  (['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW'] as const).map(
    (type) => [type, type],
  ),
);
const NOT_IN_IPV6: ReadonlySet<AddrType> = new Set<AddrType>(['BROADCAST', 'BLACKHOLE', 'PROHIBIT', 'THROW']);
/** Kept by the man page; no route has these types. */
const NEVER: ReadonlySet<string> = new Set(['NAT', 'XRESOLVE']);

function typesOf(option: RuleOption, family: Family): readonly AddrType[] {
  return arg(option)
    .split(',')
    .flatMap((text) => {
      const name = text.toUpperCase();
      if (NEVER.has(name) && family === 4) return [];
      const type = TYPES.get(name);
      return type === undefined || (family === 6 && NOT_IN_IPV6.has(type)) ? fail(option) : [type];
    });
}

function limitOf(options: readonly RuleOption[]): { readonly limit?: 'in' | 'out' } {
  const limits = options.filter((option) => option.flag.startsWith('--limit-'));
  if (limits[1] !== undefined) return fail(limits[1]);
  return limits[0] === undefined ? {} : { limit: limits[0].flag === '--limit-iface-in' ? 'in' : 'out' };
}

const syntax: OptionSyntax = { '--src-type': 1, '--dst-type': 1, '--limit-iface-in': 0, '--limit-iface-out': 0 };

const ORDER = [...TYPES.keys(), ...NEVER];
const types: ReadsValue = (_, option, { family }) => {
  typesOf(option, family);
  const given = new Set(arg(option).toUpperCase().split(','));
  return ORDER.filter((name) => given.has(name)).join(',');
};

/** addrtype_mt_checkentry_v1: no interface is known before routing, or after. */
function checkLimit(options: readonly RuleOption[], { place }: OptionContext): void {
  if (place === undefined) return;
  for (const option of options) {
    const without =
      option.flag === '--limit-iface-in' ? ['POSTROUTING', 'OUTPUT'] : option.flag === '--limit-iface-out' ? ['PREROUTING', 'INPUT'] : [];
    if ([...place.hooks()].some((hook) => without.includes(hook))) fail(option);
  }
}

const form: Form = {
  options: {
    '--src-type': { values: [types], not: true },
    '--dst-type': { values: [types], not: true },
    '--limit-iface-in': { without: ['--limit-iface-out'] },
    '--limit-iface-out': {},
  },
  needs: [['--src-type', '--dst-type']],
  check: checkLimit,
};

/** addrtype_mt_v1 (xt_addrtype.c). */
export const addrtype: MatchExtension = {
  name: 'addrtype',
  form,
  options: syntax,
  compile: (options, { family }) => {
    checkFlags(options, syntax, ['--src-type', '--dst-type']);
    const limit = limitOf(options);
    const tests = options
      .filter((option) => option.flag.endsWith('-type'))
      .map((option): Predicate => {
        const field = option.flag === '--src-type' ? 'src' : 'dst';
        return negateIf(option.negated, { op: 'addrtype', field, types: typesOf(option, family), ...limit });
      });
    return tests.length === 0 ? fail({ flag: '-m', negated: false, args: ['addrtype'] }) : allOf(...tests);
  },
};
