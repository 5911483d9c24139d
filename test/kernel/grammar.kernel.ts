import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ruleLines, type RuleLine } from './grammar/generate.js';
import { judge, type Judgement } from './grammar/judge.js';
import { readRule, typeRule } from './grammar/ours.js';

const SEED = Number(process.env['GRAMMAR_SEED'] ?? 1);
const COUNT = Number(process.env['GRAMMAR_COUNT'] ?? 200);
const isHere = spawnSync('unshare', ['-n', 'iptables-nft-restore', '--version']).status === 0;

/** What only the machine that loads them knows: its sets, users and interface groups. */
const LOCAL = /Set \S+ doesn't exist|Bad value for "--[ug]id-owner" option: "[a-z]|could not map name|`--in-interface=/;
/** What iptables-save itself prints so that its restore does not take it back, or that the kernel reads from memory it never wrote. */
const LOSSY =
  /--(?:hashlimit-name|label) "a b"|--physdev-(?:in|out) ""|MASQUERADE .*--to-ports \S+\/|NETMAP --to[ =]\S+\/(?:33|255\.0\.255\.0)|--monthdays 0|--hashlimit-rate-match|! --monthdays|--oif ""|::ffff:|--update-counters|--bytes-|--packets-|2001:db8::1\/32|--[ug]id-owner (?:root|adm)/;

function disagreement(line: RuleLine, all: readonly Judgement[]): string | undefined {
  const printed = all.flatMap((one) => ('printed' in one ? [one.printed] : []));
  const refused = all.flatMap((one) => ('refused' in one ? [one.refused] : []));
  const { told } = readRule(line);
  if (LOSSY.test(line.text) || refused.some((why) => LOCAL.test(why))) return undefined;
  if (printed.length === 0 && refused.length === all.length && told.length === 0) return `refused (${refused[0]}), and read`;
  if (printed.length > 0 && told.length > 0) return `loaded, and told: ${told.join('; ')}`;
  const typed = typeRule(line);
  if (printed.length === 0)
    return refused.length === all.length && 'printed' in typed ? `refused, and taken as ${typed.printed}` : undefined;
  if ('refused' in typed) return `loaded, and not taken: ${typed.refused}`;
  return printed.includes(typed.printed) ? undefined : `printed ${printed.join(' | ')}, here ${typed.printed}`;
}

test.runIf(isHere)(
  `rules of seed ${SEED} are read, refused and printed as iptables does`,
  () => {
    const lines = ruleLines(SEED, COUNT);
    const judged = [judge(lines, 'nft'), judge(lines, 'legacy')];
    const found = lines.flatMap((line, i) => {
      const wrong = disagreement(
        line,
        judged.map((of) => of[i]!),
      );
      return wrong === undefined ? [] : [`${line.family} ${line.table} ${line.text}: ${wrong}`];
    });
    expect(found).toEqual([]);
  },
  3_000_000,
);
