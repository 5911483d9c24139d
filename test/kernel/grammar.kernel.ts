import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ruleLines, type RuleLine } from './grammar/generate.js';
import { judge, type Judgement } from './grammar/judge.js';
import { readRule, typeRule } from './grammar/ours.js';

const SEED = Number(process.env['GRAMMAR_SEED'] ?? 1);
const COUNT = Number(process.env['GRAMMAR_COUNT'] ?? 200);
/** The share of values that are mistyped, or written otherwise than usual. */
const SLIPS = Number(process.env['GRAMMAR_SLIPS'] ?? 0.1);
const isHere = spawnSync('unshare', ['-n', 'iptables-nft-restore', '--version']).status === 0;

/** What only the machine that loads them knows: its sets, users, groups, hosts and interface groups. Here it is told as not known. */
const LOCAL = /Set \S+ doesn't exist|Bad value for "--[ug]id-owner" option: "(?!\d+["-])|could not map name|unknown protocol "[A-Z\d-]+"/;

/**
 * What iptables 1.8.9 takes and keeps as something else than was written: a port behind `/` where none is read, day 8 of a week; here it is told as
 * not understood. A device's name beside `-i` is kept with it; `--help` ends the program; a control group other than the root is of the machine that has it.
 */
const LOST =
  /--help\b|\s-[io](?=[^\s"])|--path[\s=](?!"?\/"?\s)|MASQUERADE .*--to-ports[\s=]\S+\/|--weekdays[\s=]\S*(?:[89]|\d\d)|--gid-owner[\s=]"?adm|--(?:rand|random)-fully/;
/** What it loads and its save function leaves out or prints as something else, by its own source. */
const MISPRINTED =
  /!"? --(?:sport|dport|source-port|destination-port|ahspi|espspi|fragid|rt-segsleft)[\s=](?:0:(?:65535|4294967295)|:)|--ct\w+port[\s=]\S*:65536|SNAT .*\/\d|--mask .*--(?:and|or|xor)-mark|--helper ""|! (?:-i|-o|--\w+-interface) "?\+|--rateest-interval|! --tcp-flags NONE NONE|SYNPROXY|--rt-0-addrs/;

/** Spaces between words say nothing. */
const isMisprinted = ({ text }: RuleLine): boolean => MISPRINTED.test(text.replace(/\s+/g, ' '));

const saidBy = (all: readonly Judgement[], key: 'printed' | 'refused'): readonly string[] =>
  all.flatMap((one) => (key in one ? [(one as Record<typeof key, string>)[key]] : []));

/** Where a file and iptables disagree on whether a rule loads. */
function asFile(line: RuleLine, all: readonly Judgement[]): string | undefined {
  const { told } = readRule(line);
  const printed = saidBy(all, 'printed');
  const refused = saidBy(all, 'refused');
  if (refused.some((why) => LOCAL.test(why))) return undefined;
  if (LOST.test(line.text)) return undefined;
  if (printed.length > 0 && told.length > 0) return `loaded, and told: ${told.join('; ')}`;
  return refused.length === all.length && told.length === 0 ? `refused (${refused[0]}), and read` : undefined;
}

/** Where `--what-if` and iptables disagree on what becomes of it. */
function asTyped(line: RuleLine, all: readonly Judgement[]): string | undefined {
  const printed = saidBy(all, 'printed');
  const refused = saidBy(all, 'refused');
  if (refused.some((why) => LOCAL.test(why))) return undefined;
  if (LOST.test(line.text) || isMisprinted(line)) return undefined;
  const typed = typeRule(line);
  if (printed.length === 0)
    return refused.length === all.length && 'printed' in typed ? `refused, and taken as ${typed.printed}` : undefined;
  // `-6` for iptables: its restore passes the line by, its command refuses it
  if ('refused' in typed) return printed.every((text) => text === '') ? undefined : `loaded, and not taken: ${typed.refused}`;
  return printed.includes(typed.printed) ? undefined : `printed ${printed.join(' | ')}, here ${typed.printed}`;
}

const isPrinted = (one: Judgement): one is { readonly printed: string } => 'printed' in one && one.printed !== '';

/** Where a line that iptables-save printed is not read, read as something else, or does not print back. */
function asSaved(saved: RuleLine, again: Judgement, original: RuleLine): string | undefined {
  // what its own restore does not take back says nothing of how it is to be read
  if (!('printed' in again) || again.printed !== saved.text) return undefined;
  const read = readRule(saved);
  if (read.told.length > 0) return `saved as ${saved.text}, and told: ${read.told.join('; ')}`;
  if (read.printed !== saved.text) return `saved as ${saved.text}, printed back as ${read.printed}`;
  const before = readRule(original);
  if (before.told.length > 0 || before.several === true) return undefined;
  if (isMisprinted(original) || LOST.test(original.text)) return undefined;
  return before.meaning === read.meaning ? undefined : `means ${before.meaning}, and saved as ${saved.text} ${read.meaning}`;
}

test.runIf(isHere)(
  `rules of seed ${SEED} are read, refused and printed as iptables does`,
  () => {
    const lines = ruleLines(SEED, COUNT, SLIPS);
    const judged = (['nft', 'legacy'] as const).map((backend) => ({ backend, all: judge(lines, backend) }));
    const found: string[] = [];
    const note = (line: RuleLine, kind: string, wrong: string | undefined): void => {
      if (wrong !== undefined) found.push(`${kind} ${line.family} ${line.table} ${line.text}: ${wrong}`);
    };
    let saved = 0;
    /** Lines that a restore does not take back as they were printed. */
    const lossy = new Set<number>();
    for (const { backend, all } of judged) {
      const kept = lines.flatMap((line, i) => {
        const one = all[i]!;
        return isPrinted(one) && !one.printed.includes('\n') ? [{ line, i, saved: { ...line, text: one.printed } }] : [];
      });
      const again = judge(
        kept.map((one) => one.saved),
        backend,
      );
      saved += kept.length;
      kept.forEach((one, i) => {
        const taken = again[i]!;
        if (!('printed' in taken) || taken.printed !== one.saved.text) lossy.add(one.i);
        note(one.line, `saved ${backend}`, asSaved(one.saved, taken, one.line));
      });
    }
    lines.forEach((line, i) => {
      const all = judged.map((of) => of.all[i]!);
      note(line, 'file', asFile(line, all));
      if (!lossy.has(i)) note(line, 'typed', asTyped(line, all));
    });
    const out = process.env['GRAMMAR_OUT'];
    if (out !== undefined) writeFileSync(out, JSON.stringify({ count: COUNT, saved, lossy: lossy.size, found }, null, 1));
    expect(found).toEqual([]);
  },
  3_000_000,
);
