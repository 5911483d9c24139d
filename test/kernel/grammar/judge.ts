import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuleLine } from './generate.js';

export type Backend = 'legacy' | 'nft';

/** What one back end of iptables made of a rule: the line that it prints back, or why it did not load. */
export type Judgement = { readonly printed: string } | { readonly refused: string } | { readonly notHere: string };

/** The kernel or the machine lacks the extension: that says nothing about the rule. */
const NOT_HERE =
  /missing kernel module|No chain\/target\/match by that name|Couldn't load (?:match|target)|No such file or directory\): rule|Operation not supported|Protocol not supported/;

const tool = (family: 4 | 6, backend: Backend, verb: string): string => `${family === 4 ? 'iptables' : 'ip6tables'}-${backend}-${verb}`;

/** What `-m rateest` looks up must be there. */
const ESTIMATOR = '-A MINE -j RATEEST --rateest-name est --rateest-interval 250.0ms --rateest-ewmalog 500.0ms';

const fileOf = (table: string, line: string): string =>
  `*${table}\n:MINE - [0:0]\n${line.includes('rateest') ? `${ESTIMATOR}\n` : ''}${line}\nCOMMIT\n`;

/** Loads every rule by itself, and has the table printed again: a rule with several addresses comes back as several lines. */
export function judge(lines: readonly RuleLine[], backend: Backend): readonly Judgement[] {
  const folder = mkdtempSync(join(tmpdir(), 'grammar-'));
  try {
    lines.forEach(({ table, text }, i) => writeFileSync(join(folder, `${i}.in`), fileOf(table, text)));
    const each = lines.map(
      ({ family, table }, i) =>
        `${tool(family, backend, 'restore')} < ${i}.in > /dev/null 2> ${i}.err && ${tool(family, backend, 'save')} -t ${table} > ${i}.ok`,
    );
    writeFileSync(join(folder, 'each.sh'), `ipset create s4 hash:ip 2>/dev/null\n${each.join('\n')}\ntrue\n`);
    execFileSync('unshare', ['-n', 'sh', './each.sh'], { cwd: folder, stdio: 'ignore' });
    const names = new Set(readdirSync(folder));
    return lines.map((_, i): Judgement => {
      if (names.has(`${i}.ok`)) return { printed: rulesIn(readFileSync(join(folder, `${i}.ok`), 'utf8')) };
      const why = readFileSync(join(folder, `${i}.err`), 'utf8').trim();
      return NOT_HERE.test(why) ? { notHere: why } : { refused: why };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rulesIn = (saved: string): string =>
  saved
    .split('\n')
    .filter((line) => line.startsWith('-A ') && line !== ESTIMATOR)
    .join('\n');
