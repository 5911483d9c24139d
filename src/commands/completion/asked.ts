import { existsSync } from 'node:fs';
import type { Origin } from '../../model/origin.js';
import type { Host } from '../../model/host.js';
import { COMMAND_NAMES } from '../names.js';

/** What stands at the cursor of a command line: of which command, behind which option, and of which snapshot. */
interface Asked {
  readonly command: string;
  /** The option that the word is the value of. */
  readonly option?: string;
  readonly word: string;
  readonly snapshot?: string;
}

const RULE_OPTIONS: ReadonlySet<string> = new Set(['--only', '--disable', '--accept-undetermined']);
const END_OPTIONS: ReadonlySet<string> = new Set(['--from', '--to', '--allow-empty']);

/** Options whose values are completed by asking the program. */
export const ASKED_OPTIONS: ReadonlySet<string> = new Set([...RULE_OPTIONS, ...END_OPTIONS]);
/** Commands whose words are completed so, besides files. */
export const ASKED_COMMANDS: ReadonlySet<string> = new Set(['trace', 'explain']);

function parse(words: readonly string[]): Asked {
  const [first = ''] = words;
  const named = COMMAND_NAMES.find((name) => name === first);
  const rest = named === undefined ? words : words.slice(1);
  const [before, word = ''] = [rest.at(-2), rest.at(-1)];
  const at = rest.findIndex((one) => one === '-s' || one === '--snapshot');
  // a snapshot may stand alone, before the ends of a flow
  const [policy, host] = rest.slice(0, -1).filter((one) => !one.startsWith('-') && existsSync(one));
  const bare = named === 'check' ? host : policy;
  const snapshot = at >= 0 && at < rest.length - 2 ? rest[at + 1] : bare;
  return {
    command: named ?? 'trace',
    ...(before?.startsWith('--') === true && { option: before }),
    word,
    ...(snapshot !== undefined && { snapshot }),
  };
}

/** Names of ends that every host has. */
const ENDS = ['host', 'internet', 'lan'] as const;

function endsOf(host: Host, isMatrix: boolean): readonly string[] {
  const containers = host.containers.filter(({ running }) => running).map(({ name }) => name);
  return isMatrix
    ? ['outside', 'lan', 'host', ...host.networks.map(({ name }) => `network:${name}`), ...containers]
    : [...ENDS, ...containers];
}

/** Rules of a host, by file and line. */
function rulesOf({ netns }: Host): readonly string[] {
  return [...netns.values()].flatMap(({ rulesets, nftables }) => {
    const tables = [...rulesets.flatMap((set) => [...set.tables.values()]), ...(nftables?.tables ?? [])];
    const rules = tables.flatMap(({ chains }) =>
      [...chains.values()].flatMap((chain): readonly { readonly origin: Origin }[] => chain.rules),
    );
    return [...new Set(rules.map(({ origin }) => `${origin.file}:${origin.line}`))];
  });
}

function subjectsOf(host: Host): readonly string[] {
  const devices = [...host.netns.values()].flatMap(({ interfaces }) => interfaces.map(({ name }) => name));
  const names = [...host.containers, ...host.networks].map(({ name }) => name);
  return [...names, ...devices, ...rulesOf(host)];
}

/** Of what is separated by commas, the last piece is completed. */
function listed(word: string, names: readonly string[]): readonly string[] {
  const kept = word.slice(0, word.lastIndexOf(',') + 1);
  return names.map((name) => kept + name);
}

async function auditRules(): Promise<readonly string[]> {
  const { readRules } = await import('../audit/rules.js');
  return (await readRules({ folders: [], only: [], disable: [], known: [] })).map(({ id }) => id);
}

async function hostOf(snapshot: string | undefined): Promise<Host | undefined> {
  if (snapshot === undefined) return undefined;
  const { loadSnapshot } = await import('../../snapshot/load.js');
  return loadSnapshot(snapshot);
}

async function candidates({ command, option, word, snapshot }: Asked): Promise<readonly string[]> {
  if (option !== undefined && RULE_OPTIONS.has(option)) return listed(word, await auditRules());
  const host = await hostOf(snapshot);
  if (option !== undefined && END_OPTIONS.has(option)) return listed(word, host === undefined ? ENDS : endsOf(host, command === 'matrix'));
  if (command === 'explain') {
    const { CAUSES } = await import('../../model/cause.js');
    return [...(host === undefined ? [] : subjectsOf(host)), ...Object.values(CAUSES), ...(await auditRules())];
  }
  return command === 'trace' && host !== undefined ? endsOf(host, false) : [];
}

/** Nothing that a shell would read as more than a word: a snapshot is no friend. */
const PLAIN = /^[\w./:@,+-]+$/;

/** So many are offered: more help nobody. */
const MOST = 500;

/**
 * @param words what stands on the line behind the program's name; the last is the one at the cursor, and may be empty.
 * @returns what it may become: names of the snapshot on the line, and rules of the audit; nothing where they cannot be told.
 */
export async function completed(words: readonly string[]): Promise<readonly string[]> {
  const asked = parse(words);
  if (asked.word.startsWith('-')) return [];
  const all = await candidates(asked).catch(() => []);
  return [...new Set(all)].filter((one) => one.startsWith(asked.word) && PLAIN.test(one)).slice(0, MOST);
}
