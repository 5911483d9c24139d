import type { Family } from '../../address/ip.js';
import type { OptionSyntax } from './extension.js';
import { rowsOf } from './grammar/check.js';
import type { Form } from './grammar/form.js';
import { longNames, type CommandOption } from './command-options.js';

/** The options of one extension that a rule has named. */
export interface NamedOptions {
  readonly syntax: OptionSyntax;
  readonly form: Form | undefined;
}

/** What a long option is. `'ambiguous'`: it abbreviates several. */
export type ResolvedOption<T> =
  { readonly own: CommandOption; readonly name: string } | { readonly section: T; readonly flag: string } | 'ambiguous' | undefined;

function lookUp<T extends NamedOptions>(name: string, sections: readonly T[]): ResolvedOption<T> {
  const own = longNames.get(name);
  if (own !== undefined) return { own, name };
  const flag = `--${name}`;
  const section = sections.findLast(({ syntax }) => Object.hasOwn(syntax, flag));
  return section && { section, flag };
}

/** Whether two names are of one option: then either may be abbreviated to what both begin with. */
function isSame({ form }: NamedOptions, a: string, b: string): boolean {
  const rows = form && rowsOf(form);
  return (rows?.get(a)?.flag ?? a) === (rows?.get(b)?.flag ?? b);
}

/**
 * Tells a long option as getopt_long does: by its whole name, first the command's own, then those of the extension named last; else by what it
 * alone begins with.
 * @param name without dashes and value.
 * @param sections extensions in the order in which the rule names them.
 * @param family ip6tables-legacy has no `--fragments` that `--fragm` might abbreviate as well.
 */
export function longOption<T extends NamedOptions>(name: string, sections: readonly T[], family: Family): ResolvedOption<T> {
  const whole = lookUp(name, sections);
  if (whole !== undefined) return whole;
  let found: ResolvedOption<T>;
  for (const [long, own] of longNames) {
    if (!long.startsWith(name) || (family === 6 && own.letter === 'f')) continue;
    if (found !== undefined && !(typeof found === 'object' && 'own' in found && found.own === own)) return 'ambiguous';
    found ??= { own, name: long };
  }
  const begins = `--${name}`;
  // an option that an extension named later has by the same name takes its place (xtables_merge_options)
  const seen = new Set<string>();
  for (const section of sections.toReversed())
    for (const flag of Object.keys(section.syntax)) {
      if (!flag.startsWith(begins) || seen.has(flag)) continue;
      seen.add(flag);
      if (found === undefined) found = { section, flag };
      else if (!(typeof found === 'object' && 'section' in found && found.section === section && isSame(section, found.flag, flag)))
        return 'ambiguous';
    }
  return found;
}
