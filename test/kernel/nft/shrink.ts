import type { Lab } from './lab.js';
import { runTrial, type Disagreement, type Drawn } from './trial.js';

/** So many loads at most: each takes about a second. */
const MOST = 120;

/** Lines that may be left out: rules, and what a rule set can do without. */
function without(text: string, drop: number): string {
  return text
    .split('\n')
    .filter((_, i) => i !== drop)
    .join('\n');
}

/** @returns the smallest rule set, of those tried, on which kernel and model still disagree about the flow. */
export async function shrunk(
  lab: Lab,
  rules: Drawn,
  found: Disagreement,
): Promise<{ readonly rules: Drawn; readonly found: Disagreement }> {
  let best = { rules, found };
  let [tries, port] = [0, 50_000];
  const holds = async (smaller: Drawn): Promise<boolean> => {
    if (++tries > MOST) return false;
    const trial = await runTrial(lab, smaller, { seed: found.seed, index: 0, flows: 1, only: { ...found.flow, sport: port++ } }).catch(
      () => undefined,
    );
    const [still] = trial?.found ?? [];
    if (still !== undefined) best = { rules: smaller, found: still };
    return still !== undefined;
  };
  for (const part of ['legacy', 'iptables'] as const)
    if (best.rules[part] !== undefined) await holds({ ...best.rules, [part]: undefined, among: '' });
  if (best.rules.among !== '') await holds({ ...best.rules, among: '' });
  const tables = best.rules.native.split(/\n(?=table )/);
  for (let i = tables.length - 1; i >= 0 && tables.length > 1; i--) {
    const fewer = tables.filter((_, k) => k !== i);
    if (await holds({ ...best.rules, native: `${fewer.join('\n')}\n` })) tables.splice(i, 1);
  }
  for (let line = best.rules.native.split('\n').length - 1; line >= 0; line--) {
    const text = best.rules.native.split('\n')[line] ?? '';
    if (/^ {4}(?!type )\S/.test(text) || /^ {2}(?:set|map) /.test(text))
      await holds({ ...best.rules, native: without(best.rules.native, line) });
  }
  return best;
}
