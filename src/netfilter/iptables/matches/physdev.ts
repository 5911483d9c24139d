import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { arg, conjunction, fail, negatable, type Read } from '../options.js';
import { allOf, anyOf, negateIf, type Predicate } from '../../predicate/predicate.js';
import type { Form } from '../grammar/form.js';
import { device } from '../grammar/values.js';

const isIn: Predicate = { op: 'physdev', is: 'in' };
const isOut: Predicate = { op: 'physdev', is: 'out' };

function named(option: RuleOption, which: 'physin' | 'physout'): Predicate {
  const name = arg(option);
  if (name.length > 15) return fail(option);
  // no letter of the name is compared (xtables_parse_interface)
  if (name === '' || name === '+') return which === 'physin' ? isIn : isOut;
  return name.endsWith('+') ? { op: 'iface', which, name: name.slice(0, -1), prefix: true } : { op: 'iface', which, name, prefix: false };
}

const input: Read = negatable((option) => named(option, 'physin'));

/** `! --physdev-out` holds for a packet that never was on a bridge, but not for one whose way out is not a port. */
const output: Read = (option) => {
  const test = named(option, 'physout');
  return option.negated ? anyOf(allOf(negateIf(true, isIn), negateIf(true, isOut)), allOf(isOut, negateIf(true, test))) : test;
};

const readers = new Map<string, Read>([
  ['--physdev-in', input],
  ['--physdev-out', output],
  ['--physdev-is-in', negatable(() => isIn)],
  ['--physdev-is-out', negatable(() => isOut)],
  ['--physdev-is-bridged', negatable(() => ({ op: 'physdev', is: 'bridged' }))],
]);

/** physdev_mt_check: the way out of a packet of this host is not known yet, unless it is bridged. */
function checkOutput(options: readonly RuleOption[], { place }: OptionContext): void {
  const out = options.find(({ flag }) => flag === '--physdev-out' || flag === '--physdev-is-out');
  const bridged = options.some(({ flag, negated }) => flag === '--physdev-is-bridged' && !negated);
  if (out !== undefined && !bridged && place?.hooks().has('OUTPUT') === true) fail(out);
}

const form: Form = {
  options: {
    '--physdev-is-in': { not: true },
    '--physdev-in': { values: [device], not: true },
    '--physdev-is-out': { not: true },
    '--physdev-out': { values: [device], not: true },
    '--physdev-is-bridged': { not: true },
  },
  needs: [['--physdev-in', '--physdev-is-in', '--physdev-out', '--physdev-is-out', '--physdev-is-bridged']],
  check: checkOutput,
};

/** physdev_mt (xt_physdev.c). */
export const physdev: MatchExtension = {
  name: 'physdev',
  form,
  options: { '--physdev-in': 1, '--physdev-out': 1, '--physdev-is-in': 0, '--physdev-is-out': 0, '--physdev-is-bridged': 0 },
  compile: (options) => (options.length === 0 ? fail({ flag: '-m', negated: false, args: ['physdev'] }) : conjunction(options, readers)),
};
