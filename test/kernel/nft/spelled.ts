import type { Rng } from '../generate/rng.js';

/** Words that a definition may stand for, where nothing is joined to them. */
const DEFINED = [
  ['server', '10.2.0.2'],
  ['server6', 'fd02::2'],
  ['lan', '10.1.0.0/24'],
  ['web', '{ 80, 443 }'],
  ['range', '20-60'],
  ['one', '0x1'],
  ['inner', '"b0"'],
] as const;

const ALONE = (word: string): RegExp => new RegExp(`(?<= )${word.replace(/[.{}]/g, '\\$&')}(?=[ ,;\\n])`, 'g');

/** Definitions at the top, and their names where the words stood; now and then one that is defined anew. */
function withDefinitions(rng: Rng, text: string): string {
  const some = rng.some(DEFINED, 0.5);
  const again = rng.chance(0.3) ? 'define server = 192.0.2.99\nredefine server = 10.2.0.2\n' : undefined;
  const heads = some.map(([name, word]) => (name === 'server' && again !== undefined ? again : `define ${name} = ${word}\n`));
  return heads.join('') + some.reduce((left, [name, word]) => left.replace(ALONE(word), `$${name}`), text);
}

const RULE = /^ {4}(?!type )\S.*$/;

/** Rules of every second chain or so as commands behind the tables, added or inserted, a few of them put in place of another or taken out again. */
function asCommands(rng: Rng, text: string): string {
  const after: string[] = [];
  let [table, chain, moves] = ['', '', false];
  const kept = text.split('\n').filter((line) => {
    const opened = /^table (\S+ \S+)/.exec(line)?.[1];
    if (opened !== undefined) table = opened;
    const named = /^ {2}chain (\S+) \{/.exec(line)?.[1];
    if (named !== undefined) [chain, moves] = [named, rng.chance(0.4)];
    if (!moves || !RULE.test(line)) return true;
    after.push(`add rule ${table} ${chain} ${line.trim()}`);
    if (rng.chance(0.15)) after.push(`insert rule ${table} ${chain} counter comment "first"`);
    return false;
  });
  const sets = [...text.matchAll(/^ {2}set (ports|addrs) \{/gm)].length > 0 && rng.chance(0.5) ? editsOf(text) : [];
  return `${kept.join('\n')}${[...after, ...sets].join('\n')}\n`;
}

/** Elements that are added to the sets of each table, and one that is taken out again. */
function editsOf(text: string): readonly string[] {
  let table = '';
  return text.split('\n').flatMap((line) => {
    table = /^table (\S+ \S+)/.exec(line)?.[1] ?? table;
    const set = /^ {2}set (ports|addrs) \{/.exec(line)?.[1];
    if (set === undefined) return [];
    const [first, second] = set === 'ports' ? ['9000-9100', '7000'] : ['172.16.0.0/12', '192.0.2.7'];
    return [`add element ${table} ${set} { ${first}, ${second} }`, `delete element ${table} ${set} { ${second} }`];
  });
}

/** @returns the rule set as somebody else may have written it down. */
export function spelled(rng: Rng, text: string): string {
  const one = rng.chance(0.5) ? asCommands(rng, text) : text;
  return rng.chance(0.5) ? withDefinitions(rng, one) : one;
}
