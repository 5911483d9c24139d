import type { Action } from '../../action.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import { U32, arg, checkFlags, find, unsigned, written } from '../options.js';
import { onlyOne } from '../mark-ops.js';
import { goesOn } from '../plain-target.js';
import { setDims } from '../set-dims.js';
import type { Form } from '../grammar/form.js';
import { number } from '../grammar/values.js';

const syntax: OptionSyntax = {
  '--add-set': 2,
  '--del-set': 2,
  '--map-set': 2,
  '--exist': 0,
  '--timeout': 1,
  '--map-mark': 0,
  '--map-prio': 0,
  '--map-queue': 0,
};
const SETS = ['--add-set', '--del-set', '--map-set'];

const form: Form = {
  options: {
    '--add-set': { not: true },
    '--exist': { with: ['--add-set'], not: true },
    '--timeout': { values: [number(U32 - 1)], with: ['--add-set'], not: true },
    '--del-set': { not: true },
    '--map-set': { not: true },
    '--map-mark': { with: ['--map-set'], not: true },
    '--map-prio': { with: ['--map-set'], not: true },
    '--map-queue': { with: ['--map-set'], not: true },
  },
  needs: [['--add-set', '--del-set', '--map-set']],
  // a `!` is read and forgotten (set_target_parse)
  print: (options) => options.map((option) => ({ ...option, negated: false })),
};

/** set_target_v3 (xt_set.c). Of what a set's entry maps to, only the mark matters to the path. */
export const setTarget: TargetExtension = {
  name: 'SET',
  form,
  options: syntax,
  compile: (options): Action => {
    checkFlags(options, syntax, Object.keys(syntax));
    const timeout = find(options, '--timeout');
    if (timeout) unsigned(timeout, arg(timeout), U32);
    const sets = options.filter((option) => SETS.includes(option.flag));
    sets.forEach(setDims);
    if (sets.length > 1) return { kind: 'unknown', question: goesOn(`several changes at once (${written('-j SET', options)})`) };
    const option = onlyOne(sets, 'SET');
    if (option.flag === '--map-set') return find(options, '--map-mark') ? { kind: 'map-mark', ...setDims(option) } : { kind: 'continue' };
    return { kind: 'set', op: option.flag === '--add-set' ? 'add' : 'del', ...setDims(option) };
  },
};
