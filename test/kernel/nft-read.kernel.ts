import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isDeepStrictEqual } from 'node:util';
import { reconcile } from '../../src/netfilter/nftables/reconcile.js';
import { fromJson, fromText, told } from '../netfilter/nftables/models.js';

/**
 * Random rule sets of every spelling that is recorded, loaded into a kernel and listed in both languages:
 * the two must be one model, and print alike. `SEED` and `RULESETS` say which and how many.
 */
const SPELLINGS = JSON.parse(readFileSync('fixtures/nft/spellings.json', 'utf8')) as readonly {
  readonly family: string;
  readonly written: string;
}[];
const SEED = Number(process.env['SEED'] ?? 1);
const RULESETS = Number(process.env['RULESETS'] ?? 20);
const RULES = 60;
/** Milliseconds for one rule set: nft is started again for each line that it refuses. */
const PATIENCE = 120_000;

/** nft prints the elements of an address set as numbers where raw payload asked for them: the one form that is not printed back. */
const NOT_PRINTED = /\{ 0x/;

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const BASES: Readonly<Record<string, string>> = {
  ip: 'type filter hook forward priority 0',
  ip6: 'type filter hook input priority -5',
  inet: 'type filter hook forward priority filter - 1',
  bridge: 'type filter hook forward priority 0',
  arp: 'type filter hook input priority 0',
  netdev: 'type filter hook ingress device lo priority 0',
};

/** One shell command in a network namespace of its own, that ends with it: loads, drops what is refused, lists both ways. */
const IN_NAMESPACE = `
ip link set lo up
cat > "$1/rules"
for try in $(seq 200); do
  nft -f "$1/rules" 2> "$1/error" && break
  line=$(grep -oE 'rules:[0-9]+' "$1/error" | head -1 | cut -d: -f2)
  [ -n "$line" ] || exit 1
  sed -i "\${line}s/.*//" "$1/rules"
done
nft -a list ruleset > "$1/text"
nft -j list ruleset > "$1/json" 2> /dev/null
`;

function draw(next: () => number): string {
  const families = Object.keys(BASES);
  const tables = families.map((family) => {
    const fitting = SPELLINGS.filter((one) => one.family === family || one.family === 'inet');
    const rules = Array.from({ length: RULES }, () => fitting[Math.floor(next() * fitting.length)]!.written);
    return `table ${family} t {\nset s4 {\ntype ipv4_addr\nflags interval\n}\nset dyn {\ntype ipv4_addr\nflags dynamic,timeout\n}\nchain d {\n}\nchain c {\n${BASES[family]}\n${rules.join('\n')}\n}\n}`;
  });
  return `${tables.join('\n')}\n`;
}

const folder = spawnSync('mktemp', ['-d'], { encoding: 'utf8' }).stdout.trim();
const tried = spawnSync('unshare', ['-n', 'nft', 'list', 'ruleset'], { encoding: 'utf8' });
const why = tried.status === 0 ? undefined : `no namespace or no nft here: ${(tried.stderr ?? String(tried.error)).trim()}`;
if (why !== undefined) process.stdout.write(`listings of nft are not read against a kernel: ${why}\n`);

describe.skipIf(why !== undefined)('listings of a kernel', () => {
  it.each(Array.from({ length: RULESETS }, (_, i) => [SEED * 1000 + i]))(
    'seed %i',
    (seed) => {
      const ran = spawnSync('unshare', ['-n', 'bash', '-c', IN_NAMESPACE, 'nft-read', folder], {
        input: draw(random(seed)),
        encoding: 'utf8',
      });
      expect(ran.status).toBe(0);
      const text = fromText(readFileSync(`${folder}/text`, 'utf8'));
      const json = fromJson(readFileSync(`${folder}/json`, 'utf8'));
      expect([...text.problems, ...json.problems]).toEqual([]);
      const differ: unknown[] = [];
      for (const table of text.ruleset.tables) {
        const twin = json.ruleset.tables.find((one) => one.family === table.family && one.name === table.name);
        for (const chain of table.chains.values()) {
          chain.rules.forEach((rule, i) => {
            const other = twin?.chains.get(chain.name)?.rules[i];
            const same =
              isDeepStrictEqual(told(rule.statements), told(other?.statements)) &&
              (rule.text === other?.text || NOT_PRINTED.test(rule.text));
            if (!same) differ.push([table.family, rule.text, other?.text, told(rule.statements), told(other?.statements)]);
          });
        }
      }
      expect(differ).toEqual([]);
      expect(reconcile(text.ruleset, json.ruleset).contradictions.filter((one) => !NOT_PRINTED.test(one.text))).toEqual([]);
    },
    PATIENCE,
  );
});
