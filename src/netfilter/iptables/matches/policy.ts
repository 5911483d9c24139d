import type { MatchExtension, OptionSyntax } from '../extension.js';
import { U32, arg, fail, find } from '../options.js';
import { FALSE, TRUE } from '../../predicate/predicate.js';
import { readProtocolAsWritten } from '../numbers.js';
import type { OptionContext, Form, ReadsValue } from '../grammar/form.js';
import { hexNumber, number, oneOf } from '../grammar/values.js';
import type { RuleOption } from '../../../model/netfilter.js';

const syntax: OptionSyntax = {
  '--dir': 1,
  '--pol': 1,
  '--strict': 0,
  '--reqid': 1,
  '--spi': 1,
  '--proto': 1,
  '--mode': 1,
  '--tunnel-src': 1,
  '--tunnel-dst': 1,
  '--next': 0,
};
const NOT_NEGATABLE = ['--dir', '--pol', '--strict', '--next'];

/** How much is said of each element, of which --next begins another. */
function elementsOf(options: readonly RuleOption[]): readonly number[] {
  const counts = [0];
  for (const { flag } of options)
    if (flag === '--next') counts.push(0);
    else if (!NOT_NEGATABLE.includes(flag)) counts[counts.length - 1]! += 1;
  return counts;
}

/** policy_check: a policy of none is not strict; what else is said of its elements is forgotten. */
function checkElements(options: readonly RuleOption[], { place }: OptionContext): void {
  const strict = find(options, '--strict');
  if (strict !== undefined && (isNone(options) || elementsOf(options).some((count) => count === 0))) fail(strict);
  const into = find(options, '--dir')?.args[0] === 'in';
  const wrong = into ? ['OUTPUT', 'POSTROUTING'] : ['PREROUTING', 'INPUT'];
  if (place !== undefined && [...place.hooks()].some((hook) => wrong.includes(hook))) fail(find(options, '--dir')!);
}

/** What is not said to be of no policy is of one (policy_save). */
function withPolicy(options: readonly RuleOption[]): readonly RuleOption[] {
  if (isNone(options)) return options.filter(({ flag }) => flag === '--dir' || flag === '--pol');
  const own = new Set(['--dir', '--pol']);
  return [
    ...options.filter(({ flag }) => flag === '--dir'),
    { flag: '--pol', negated: false, args: ['ipsec'] },
    ...options.filter(({ flag }) => !own.has(flag)),
  ];
}

const isNone = (options: readonly RuleOption[]): boolean => find(options, '--pol')?.args[0] === 'none';

/** Those of IPsec (xfrm_id_proto_valid). */
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [50, 'esp'],
  [51, 'ah'],
  [108, 'ipcomp'],
]);
const protocol: ReadsValue = (word, option) => PROTOCOLS.get(readProtocolAsWritten(word) ?? 0) ?? fail(option);

const form: Form = {
  options: {
    '--dir': { values: [oneOf(['in', 'out'])] },
    '--pol': { values: [oneOf(['none', 'ipsec'])] },
    '--strict': {},
    '--reqid': { values: [number(U32)], not: true, many: true },
    '--spi': { values: [hexNumber(U32)], not: true, many: true },
    '--proto': { values: [protocol], not: true, many: true },
    '--mode': { values: [oneOf(['transport', 'tunnel'])], not: true, many: true },
    '--tunnel-dst': { not: true, many: true },
    '--tunnel-src': { not: true, many: true },
    '--next': { many: true, with: ['--strict'] },
  },
  needs: [['--dir']],
  check: checkElements,
  print: withPolicy,
};

/** policy_mt (xt_policy.c), for packets that no IPsec state has handled. Its element options may stand once an element. */
export const policy: MatchExtension = {
  name: 'policy',
  form,
  options: syntax,
  compile: (options) => {
    const wrong = options.find((o) => !Object.hasOwn(syntax, o.flag) || (o.negated && NOT_NEGATABLE.includes(o.flag)));
    if (wrong) return fail(wrong);
    const missing = { flag: '--dir', negated: false, args: [] };
    const direction = find(options, '--dir') ?? fail(missing);
    if (arg(direction) !== 'in' && arg(direction) !== 'out') return fail(direction);
    const pol = find(options, '--pol');
    if (pol === undefined) return FALSE;
    return arg(pol) === 'none' ? TRUE : arg(pol) === 'ipsec' ? FALSE : fail(pol);
  },
};
