import type { MatchExtension } from '../extension.js';
import { arg, conjunction, negatable, requireProtocol, unknown } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import type { RuleOption } from '../../../model/netfilter.js';
import { U8, fail, unsigned } from '../options.js';

const readers = new Map([['--mh-type', negatable((option) => unknown('bytes', `the mobility header (--mh-type ${arg(option)})`))]]);

const TYPES: ReadonlyMap<string, number> = new Map([
  ...['binding-refresh-request', 'brr'].map((name) => [name, 0] as const),
  ...['home-test-init', 'hoti'].map((name) => [name, 1] as const),
  ...['careof-test-init', 'coti'].map((name) => [name, 2] as const),
  ...['home-test', 'hot'].map((name) => [name, 3] as const),
  ...['careof-test', 'cot'].map((name) => [name, 4] as const),
  ...['binding-update', 'bu'].map((name) => [name, 5] as const),
  ...['binding-acknowledgement', 'ba'].map((name) => [name, 6] as const),
  ...['binding-error', 'be'].map((name) => [name, 7] as const),
]);

function typeOf(word: string, option: RuleOption): number {
  const lower = word.toLowerCase();
  // of several names that begin so, the first
  const named = lower === '' ? undefined : [...TYPES].find(([name]) => name.startsWith(lower))?.[1];
  return TYPES.get(lower) ?? named ?? unsigned(option, word, U8);
}

/** `TYPE` or `A:B`, upright (parse_mh_types). */
const mobility: ReadsValue = (word, option) => {
  const [first = '', second, ...more] = word.split(':');
  // no name at all is the beginning of the first
  const lo = first === '' ? 0 : typeOf(first, option);
  const hi = second === undefined ? lo : second === '' ? U8 : typeOf(second, option);
  if (more.length > 0 || lo > hi) return fail(option);
  if (lo === 0 && hi === U8 && !option.negated) return undefined;
  return lo === hi ? String(lo) : `${lo}:${hi}`;
};

const form: Form = {
  options: {
    '--mh-type': { values: [mobility], not: true },
  },
  protocols: [135],
};

/** mh_mt6 (ip6t_mh.c). */
export const mh: MatchExtension = {
  name: 'mh',
  form,
  options: { '--mh-type': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [135], '-m mh');
    return conjunction(options, readers);
  },
};
