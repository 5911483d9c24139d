import type { Family } from '../../address/ip.js';
import type { PolicyRule } from '../../model/link.js';
import { TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from './local-table.js';

/** fib_default_rules_init, fib6_rules_net_init: the rules of a namespace in which none was added. */
export function defaultRules(family: Family, file: string): readonly PolicyRule[] {
  const rule = (priority: number, table: number, name: string): PolicyRule => ({
    family,
    priority,
    not: false,
    action: { kind: 'table', table },
    unknown: [],
    text: `${priority}: from all lookup ${name}`,
    origin: { file, line: 0 },
  });
  const both = [rule(0, TABLE_LOCAL, 'local'), rule(32766, TABLE_MAIN, 'main')];
  return family === 4 ? [...both, rule(32767, TABLE_DEFAULT, 'default')] : both;
}
