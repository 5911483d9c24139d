import type { RuleMatch, RuleOption, RuleSpec, RuleTarget } from '../../../model/netfilter.js';
import type { OptionContext } from './form.js';
import { builtinForm } from '../matches/builtin.js';
import { findMatch, findTarget } from '../registry.js';
import { rowsOf } from './check.js';
import type { Form } from './form.js';

function printed(option: RuleOption, form: Form, context: OptionContext): RuleOption | undefined {
  const row = rowsOf(form).get(option.flag);
  if (row === undefined) return option;
  const args: string[] = [];
  for (const [at, text] of option.args.entries()) {
    const read = row.form.values?.[at];
    const value = read === undefined ? text : read(text, option, context);
    if (value === undefined) return undefined;
    args.push(value);
  }
  return { flag: row.flag, negated: option.negated, args };
}

/**
 * @param options as they were written; they have been checked.
 * @returns the options as the extension's save function prints them: in its order, under its names, with its numbers and defaults.
 */
function savedOptions(form: Form, options: readonly RuleOption[], context: OptionContext): readonly RuleOption[] {
  const order = Object.keys(form.options);
  const own = options
    .flatMap((option) => printed(option, form, context) ?? [])
    .sort((a, b) => order.indexOf(a.flag) - order.indexOf(b.flag));
  return form.print?.(own, context, options) ?? own;
}

/** Options that say for which family a line is: none is printed (`-4`, `--ipv6`). */
const FAMILY = /^(?:-4|-6|--ipv4|--ipv6)$/;

function savedMatch({ module, options }: RuleMatch, context: OptionContext): RuleMatch {
  const form = findMatch(module, context.family)?.form;
  return { module, options: form === undefined ? options : savedOptions(form, options, context) };
}

function savedTarget(target: RuleTarget, context: OptionContext): RuleTarget {
  const form = target.goto ? undefined : findTarget(target.name)?.form;
  return form === undefined ? target : { ...target, options: savedOptions(form, target.options, context) };
}

const ADDRESSES: ReadonlySet<string> = new Set(['-s', '--source', '--src', '-d', '--destination', '--dst']);

/** @returns a rule for each combination of the addresses that it lists: `-s A,B` makes two (add_entry). */
export function eachAddress(spec: RuleSpec): readonly RuleSpec[] {
  const lists = ({ flag, args: [list = ''] }: RuleOption): boolean => ADDRESSES.has(flag) && list.includes(',');
  const match = spec.matches.findIndex(({ module, options }) => module === '' && options.some(lists));
  const found = spec.matches[match];
  const at = found?.options.findIndex(lists) ?? -1;
  const option = found?.options[at];
  if (found === undefined || option === undefined) return [spec];
  return (option.args[0] ?? '').split(',').flatMap((address) => {
    const options = found.options.with(at, { ...option, args: [address] });
    return eachAddress({ ...spec, matches: spec.matches.with(match, { ...found, options }) });
  });
}

/**
 * @param spec a rule without problems, however it was typed.
 * @returns it as iptables-save prints it once it is loaded: the command's own options first, each extension's in its own order and words.
 */
export function savedSpec(spec: RuleSpec, context: OptionContext): RuleSpec {
  const own = spec.matches.flatMap(({ module, options }) => (module === '' ? options : [])).filter(({ flag }) => !FAMILY.test(flag));
  const head = savedOptions(builtinForm, own, context);
  const matches = spec.matches.filter(({ module }) => module !== '').map((match) => savedMatch(match, context));
  return {
    matches: head.length === 0 ? matches : [{ module: '', options: head }, ...matches],
    ...(spec.target !== undefined && { target: savedTarget(spec.target, context) }),
    errors: spec.errors,
  };
}
