import type { Host } from '../model/host.js';
import type { Rule } from '../model/netfilter.js';
import type { Origin } from '../model/origin.js';
import { allChains, chainName } from '../netfilter/iptables/index.js';

/** A rule that writes log lines, and what it writes before each. */
export interface LogWriter {
  readonly place: string;
  readonly text: string;
  readonly origin: Origin;
  readonly prefix: string;
}

const LOG_TARGETS: ReadonlySet<string> = new Set(['LOG', 'NFLOG']);
const PREFIX_OPTIONS: ReadonlySet<string> = new Set(['--log-prefix', '--nflog-prefix']);

function prefixOf(rule: Rule): string | undefined {
  const { target } = rule.spec;
  if (target === undefined || !LOG_TARGETS.has(target.name)) return undefined;
  return target.options.find(({ flag }) => PREFIX_OPTIONS.has(flag))?.args[0] ?? '';
}

function writersOf(host: Host): readonly LogWriter[] {
  const legacy = allChains(host).flatMap((place) =>
    place.chain.rules.flatMap((rule): LogWriter[] => {
      const prefix = prefixOf(rule);
      return prefix === undefined ? [] : [{ place: chainName(place), text: rule.text, origin: rule.origin, prefix }];
    }),
  );
  const native = [...host.netns.values()].flatMap(({ name, nftables }) =>
    (nftables?.tables ?? []).flatMap((table) =>
      [...table.chains].flatMap(([chain, { rules }]) =>
        rules.flatMap((rule) =>
          rule.xt
            ? []
            : rule.statements.flatMap((statement): LogWriter[] =>
                statement.kind === 'log'
                  ? [
                      {
                        place: `${table.family} ${table.name} ${chain} of ${name}`,
                        text: rule.text,
                        origin: rule.origin,
                        prefix: statement.prefix ?? '',
                      },
                    ]
                  : [],
              ),
        ),
      ),
    ),
  );
  return [...legacy, ...native];
}

/**
 * @param before what a line of the kernel's log has before its packet.
 * @returns the rules whose prefix ends it: of several, those of the longest; one without a prefix may have written any line, and is none of them.
 */
export function writersBy(host: Host, before: string): readonly LogWriter[] {
  const fit = writersOf(host).filter(({ prefix }) => prefix !== '' && before.trimEnd().endsWith(prefix.trimEnd()));
  const longest = Math.max(0, ...fit.map(({ prefix }) => prefix.length));
  return fit.filter(({ prefix }) => prefix.length === longest);
}
