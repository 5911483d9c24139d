import fc from 'fast-check';
import { loadFiles } from '../../../src/snapshot/load.js';
import { parseIptablesSave } from '../../../src/snapshot/parsers/iptables-save.js';
import { ruleProblems } from '../../../src/snapshot/rule-problems.js';
import { corpus } from '../corpus.js';
import { iptablesSave } from '../grammar/iptables.js';
import { relisted } from '../grammar/listing.js';
import { mutated } from '../mutations.js';
import { checkPlaces, survives } from '../survives.js';
import { target, type Target } from './target.js';

const SAVES = corpus(/^ip6?tables.*-save\.txt$/);
const anySave = fc.oneof(iptablesSave, mutated(SAVES), relisted(SAVES));

/** A line that no command prints: it must be named, wherever it stands. */
const FOREIGN = ['what is this', '-Z FORWARD', '-A', ':', '*', 'COMMIT now', '[1:2', '-A FORWARD --no-such-option 1 -j ACCEPT'] as const;

function splice(text: string, at: number, line: string): { readonly text: string; readonly number: number } {
  const lines = text.split('\n');
  const index = Math.floor(at * lines.length);
  lines.splice(index, 0, line);
  return { text: lines.join('\n'), number: index + 1 };
}

function problemsOf(text: string): readonly { readonly line: number }[] {
  const host = loadFiles(new Map([['host/iptables-save.txt', text]]));
  return [...host.problems, ...ruleProblems(host)].map(({ origin }) => ({ line: origin.line }));
}

/** Rules: never a fault in reading or compiling, and what is not read is told. */
export const RULE_TARGETS: readonly Target[] = [
  target('iptables-save', 400, () =>
    fc.property(anySave, fc.constantFrom<(4 | 6)[]>(4, 6), (text, family) => {
      const file = `host/ip${family === 6 ? '6' : ''}tables-save.txt`;
      const parsed = survives(() => parseIptablesSave(text, file, family));
      if (parsed) checkPlaces(parsed.problems, text);
      const host = survives(() => loadFiles(new Map([[file, text]])));
      if (host) checkPlaces(ruleProblems(host), text);
    }),
  ),
  target('a foreign line in iptables-save is named', 200, () =>
    fc.property(
      fc.constantFrom(...SAVES),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.constantFrom(...FOREIGN),
      (text, at, line) => {
        const spliced = splice(text, at, line);
        if (!problemsOf(spliced.text).some((problem) => problem.line === spliced.number))
          throw new Error(`line ${spliced.number} is not named`);
      },
    ),
  ),
  target('a cut iptables-save is told', 200, () =>
    fc.property(
      fc.constantFrom(...SAVES.filter((text) => text.includes('COMMIT'))),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (text, at) => {
        const cut = text.slice(0, Math.floor(at * text.length));
        const open = cut.lastIndexOf('\n*') > cut.lastIndexOf('\nCOMMIT');
        if (open && problemsOf(cut).length === 0) throw new Error('the cut is not told');
      },
    ),
  ),
];
