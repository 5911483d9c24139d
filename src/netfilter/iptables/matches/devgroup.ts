import type { HookName, RuleOption } from '../../../model/netfilter.js';
import type { OptionContext } from '../grammar/form.js';
import { NotLoaded, type MatchExtension } from '../extension.js';
import { arg, conjunction, fail, negatable, type Read } from '../options.js';
import type { Predicate } from '../../predicate/predicate.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { hex } from '../grammar/values.js';
import { U32, valueMask } from '../options.js';

const NUMBER = /^(?:0x[0-9a-f]{1,16}|\d{1,12})$/i;

/** devgroup_parse: a number with a mask, or a name of /etc/iproute2/group. */
function group(option: RuleOption, which: 'in' | 'out'): Predicate {
  const [value = '', mask] = arg(option).split('/');
  if (value === '' || (mask !== undefined && !(NUMBER.test(mask) && NUMBER.test(value)))) return fail(option);
  const bits = mask === undefined ? 0xffffffff : Number(mask);
  return bits > 0xffffffff || (NUMBER.test(value) && Number(value) > 0xffffffff)
    ? fail(option)
    : { op: 'devgroup', which, group: value, mask: bits };
}

const readers = new Map<string, Read>([
  ['--src-group', negatable((option) => group(option, 'in'))],
  ['--dst-group', negatable((option) => group(option, 'out'))],
]);

/** In hex, but 0, which has a name everywhere. */
const groupText: ReadsValue = (word, option) => {
  if (!/^\d/.test(word)) return word;
  const { value, mask } = valueMask(option, word, U32);
  if (mask !== U32) return `${hex(value)}/${hex(mask)}`;
  return value === 0 ? 'default' : hex(value);
};

/** Hooks in which a packet has come in, and in which it goes out (devgroup_mt_checkentry). */
const HOOKS: ReadonlyMap<string, ReadonlySet<HookName>> = new Map([
  ['--src-group', new Set<HookName>(['PREROUTING', 'INPUT', 'FORWARD'])],
  ['--dst-group', new Set<HookName>(['FORWARD', 'OUTPUT', 'POSTROUTING'])],
]);

function checkHooks({ flag }: RuleOption, { place }: OptionContext): void {
  const wrong = [...(place?.hooks() ?? [])].find((hook) => HOOKS.get(flag)?.has(hook) === false);
  if (wrong !== undefined) throw new NotLoaded(flag, `where ${wrong} leads`);
}

const form: Form = {
  options: {
    '--src-group': { values: [groupText], not: true },
    '--dst-group': { values: [groupText], not: true },
  },
  needs: [['--src-group', '--dst-group']],
  check: (options, context) => options.forEach((option) => checkHooks(option, context)),
};

/** devgroup_mt (xt_devgroup.c). */
export const devgroup: MatchExtension = {
  name: 'devgroup',
  form,
  options: { '--src-group': 1, '--dst-group': 1 },
  compile: (options) => (options.length === 0 ? fail({ flag: '-m', negated: false, args: ['devgroup'] }) : conjunction(options, readers)),
};
