import { compileRule } from '../../src/netfilter/iptables/compile.js';
import { conjuncts } from '../../src/netfilter/predicate/conjuncts.js';
import type { Rule, Table, TableName } from '../../src/model/netfilter.js';
import { parseIptablesList } from '../../src/snapshot/parsers/iptables-list.js';
import { parseIptablesSave } from '../../src/snapshot/parsers/iptables-save.js';

interface Meaning {
  readonly asks: readonly string[];
  readonly does: string;
}

/** A listing shows the burst that iptables-save leaves out as the usual one. */
const json = (value: unknown): string =>
  JSON.stringify(value, (_key, v: unknown) =>
    typeof v === 'bigint' ? `${v}n` : typeof v === 'string' ? v.replace(' --limit-burst 5', '') : v,
  );

function meaningOf(rule: Rule, table: Table): Meaning {
  const { predicate, action } = compileRule({ ...bare(rule), origin: { file: '', line: 0 } }, table, 4);
  return { asks: conjuncts(predicate).map(json).sort(), does: json(action) };
}

/** A rule as it is said, without what its listing keeps back. */
function bare({ chain, text, spec, origin }: Rule): Rule {
  return { chain, text, spec, origin };
}

/** Why a listed rule is not the saved one; undefined where it is, or where it asks about what it lacks and claims nothing else. */
function difference(saved: Rule, listed: Rule | undefined, tables: { readonly saved: Table; readonly listed: Table }): string | undefined {
  if (listed === undefined) return 'is not there';
  const [is, said] = [meaningOf(saved, tables.saved), meaningOf(listed, tables.listed)];
  const more = said.asks.filter((one) => !is.asks.includes(one));
  if (listed.hidden === undefined) {
    const less = is.asks.filter((one) => !said.asks.includes(one));
    if (more.length + less.length > 0) return `asks ${json(said.asks)} for ${json(is.asks)}`;
  } else if (more.length > 0) return `asks what the rule does not: ${more.join(', ')}`;
  if (listed.hidden !== undefined && said.does.startsWith('{"kind":"unknown"')) return undefined;
  return is.does === said.does ? undefined : `does ${said.does} for ${is.does}`;
}

/** Rules of a table that `iptables -L` listed and that were read otherwise than from iptables-save, each with the reason. */
export function listedOtherwise(
  save: string,
  list: string,
  name: TableName,
): { readonly wrong: readonly string[]; readonly hidden: number } {
  const saved = parseIptablesSave(save, 'save', 4).data.ruleset.tables.get(name);
  if (saved === undefined) return { wrong: [`no table ${name}`], hidden: 0 };
  const listed = parseIptablesList(list, 'list', name, 4).data;
  let hidden = 0;
  const wrong = [...saved.chains.values()].flatMap((chain) =>
    chain.rules.flatMap((rule, i) => {
      const other = listed.chains.get(chain.name)?.rules[i];
      if (other?.hidden !== undefined) hidden++;
      const why = difference(rule, other, { saved, listed });
      return why === undefined ? [] : [`${rule.text} | ${other?.text ?? ''} | ${why}`];
    }),
  );
  return { wrong, hidden };
}
