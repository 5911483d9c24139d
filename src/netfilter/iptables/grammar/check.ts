import type { RuleOption } from '../../../model/netfilter.js';
import { NotLoaded } from '../extension.js';
import type { OptionContext } from './form.js';
import { fail, requireProtocol } from '../options.js';
import type { Form, OptionForm } from './form.js';

interface Row {
  readonly flag: string;
  readonly form: OptionForm;
}

const rows = new WeakMap<Form, ReadonlyMap<string, Row>>();

/** @returns the options of a form by each of their names. */
export function rowsOf(form: Form): ReadonlyMap<string, Row> {
  const known = rows.get(form);
  if (known !== undefined) return known;
  const made = new Map(
    Object.entries(form.options).flatMap(([flag, option]) =>
      [flag, ...(option.also ?? [])].map((name) => [name, { flag, form: option }] as const),
    ),
  );
  rows.set(form, made);
  return made;
}

/** @throws NotLoaded: the extension as a whole is not loaded. */
export function refused(what: string, why: string): never {
  throw new NotLoaded(what, why);
}

function checkPlace(name: string, form: Form, { place }: OptionContext): void {
  if (place === undefined) return;
  if (form.tables?.includes(place.table) === false) refused(name, `in table ${place.table} (only in ${form.tables.join(', ')})`);
  if (form.hooks === undefined) return;
  const wrong = [...place.hooks()].find((hook) => form.hooks?.includes(hook) === false);
  if (wrong !== undefined) refused(name, `where ${wrong} leads (only ${form.hooks.join(', ')} may)`);
}

function checkTogether(option: RuleOption, form: OptionForm, used: ReadonlySet<string>): void {
  const wrong = form.without?.find((flag) => used.has(flag));
  if (wrong !== undefined) refused(option.flag, `with ${wrong}`);
  if (form.with?.some((flag) => used.has(flag)) === false) refused(option.flag, `without ${form.with.join(' or ')}`);
}

/**
 * What iptables refuses of an extension's options word by word, before it has seen the end of the rule (xtables_option_parse).
 * @returns the options that stand there, by their own names.
 * @throws UnreadableOption.
 */
export function checkOptions(form: Form, options: readonly RuleOption[], context: OptionContext): ReadonlySet<string> {
  const known = rowsOf(form);
  const used = new Set<string>();
  for (const option of options) {
    const row = known.get(option.flag) ?? fail(option);
    if ((used.has(row.flag) && row.form.many !== true) || (option.negated && row.form.not !== true)) fail(option);
    used.add(row.flag);
    row.form.values?.forEach((read, at) => {
      const text = option.args[at];
      if (text !== undefined) read(text, option, context);
    });
  }
  return used;
}

/**
 * What iptables (xtables_option_parse, xtables_option_fcheck) and the kernel (xt_check_match, xt_check_target, checkentry) refuse of an extension
 * in a rule.
 * @param name `-m tcp`, `-j DNAT`.
 * @throws UnreadableOption that says what, where no kernel would load it.
 */
export function checkForm(name: string, form: Form, options: readonly RuleOption[], context: OptionContext): void {
  const used = checkOptions(form, options, context);
  const known = rowsOf(form);
  for (const option of options) checkTogether(option, known.get(option.flag)!.form, used);
  const missing = form.needs?.find((group) => !group.some((flag) => used.has(flag)));
  if (missing !== undefined) refused(name, `without ${missing.join(' or ')}`);
  if (form.protocols !== undefined) requireProtocol(context.proto, form.protocols, name);
  checkPlace(name, form, context);
  form.check?.(options, context);
}
