import type { RuleMatch, RuleOption, RuleSpec } from '../../model/netfilter.js';

/** Options that name destination ports, alone or in a list, under all their names. */
const PORTS: ReadonlySet<string> = new Set(['--dport', '--destination-port', '--dports', '--destination-ports', '--ports']);

/** Where a rule names destination ports, without `!`. */
export interface PortCondition {
  readonly match: RuleMatch;
  readonly option: RuleOption;
  /** The ports and ranges that it lists; absent where a set holds them. */
  readonly listed?: readonly string[];
}

/** A set whose elements hold a port that is looked up as the destination's: `--match-set NAME dst`, `src,dst`. */
function asksSet({ module, options }: RuleMatch, { flag, args: [, dims = ''] }: RuleOption): boolean {
  const matches = options.filter((option) => option.flag === '--match-set' || option.flag === '--set');
  return module === 'set' && (flag === '--match-set' || flag === '--set') && matches.length === 1 && dims.split(',').includes('dst');
}

/** @returns the condition by which a rule names destination ports; undefined where it names none, or all but some. */
export function portCondition({ matches }: RuleSpec): PortCondition | undefined {
  for (const match of matches) {
    for (const option of match.options) {
      if (option.negated) continue;
      if (match.module !== '' && PORTS.has(option.flag)) return { match, option, listed: (option.args[0] ?? '').split(',') };
      if (asksSet(match, option)) return { match, option };
    }
  }
  return undefined;
}

/**
 * @param found the condition of the rule by which it names ports.
 * @param ports those of them that are published, for a set.
 * @returns a rule for each port or range, by what the client asked for; undefined where a set holds more than the port.
 */
export function byAskedPort(spec: RuleSpec, found: PortCondition, ports: readonly number[]): readonly RuleSpec[] | undefined {
  const { match, option } = found;
  if (found.listed === undefined && (match.options.length > 1 || option.args[1] !== 'dst')) return undefined;
  const options = match.options.filter((one) => one !== option);
  const left = options.length === 0 ? [] : [{ ...match, options }];
  return (found.listed ?? ports.map(String)).map((port) => {
    const asked: RuleMatch = {
      module: 'conntrack',
      options: [
        { flag: '--ctorigdstport', negated: false, args: [port] },
        { flag: '--ctdir', negated: false, args: ['ORIGINAL'] },
      ],
    };
    const matches = spec.matches.flatMap((one) => (one === match ? [...left, asked] : [one]));
    return { matches, errors: spec.errors, ...(spec.target !== undefined && { target: spec.target }) };
  });
}
