import type { TableName } from '../../model/netfilter.js';

/** A call of iptables that stands above its listing: behind a prompt, alone, or in a sentence. */
export interface ListingCall {
  readonly what: 'save' | 'rules' | 'list';
  readonly table?: TableName;
  /** `-S CHAIN`, `-L CHAIN`: no other is shown. */
  readonly chain?: string;
}

const TABLES: ReadonlySet<string> = new Set<TableName>(['raw', 'mangle', 'nat', 'filter', 'security']);
const QUOTED = /^\s*(?:>\s?)+/;
const PROGRAM = /\bip6?tables(?:-legacy|-nft)?(-save)?(?=\s|$|[*`'"])/;
/** A word of a command line; an error message has a colon, or more. */
const ARGUMENT = /^-{0,2}[A-Za-z0-9][\w-]*$/;
const FENCE = /^(?:`{3,}\w*|~{3,}\w*|\[\/?code\]|[-=]{4,})$/i;
/** A prompt and nothing behind it. */
const BARE_PROMPT = /^(?:\[[^\]]*\]|[\w.-]+@\S+|\S+ ~)\s?[#$%]$/;
const DECORATION = /[*`'"|>]/;

function isTable(name: string | undefined): name is TableName {
  return name !== undefined && TABLES.has(name);
}

/** @returns a text without the `> ` that mail and forums put before each line of a quotation; lines keep their numbers. */
export function unquoted(text: string): string {
  if (!/^\s*>/.test(text)) return text;
  const lines = text.split('\n');
  return lines.every((line) => line.trim() === '' || QUOTED.test(line)) ? lines.map((line) => line.replace(QUOTED, '')).join('\n') : text;
}

/** The words behind a program's name; undefined where they are no command line. */
function argumentsOf(rest: string): string[] | undefined {
  const end = rest.search(DECORATION);
  const words = (end < 0 ? rest : rest.slice(0, end)).split(/\s+/).filter((word) => word !== '');
  return words.every((word) => ARGUMENT.test(word)) ? words : undefined;
}

const hasLetter = (word: string, letter: string): boolean => /^-[A-Za-z]+$/.test(word) && word.includes(letter);

/** @returns the call of iptables that a line shows; undefined where it shows none. */
export function listingCall(line: string): ListingCall | undefined {
  const found = PROGRAM.exec(line);
  const words = found === null ? undefined : argumentsOf(line.slice(found.index + found[0].length));
  if (found === null || words === undefined) return undefined;
  const saves = found[1] !== undefined;
  const rules = words.findIndex((word) => hasLetter(word, 'S') || word === '--list-rules');
  const list = words.findIndex((word) => hasLetter(word, 'L') || word === '--list');
  const at = Math.max(rules, list);
  if (!saves && at < 0) return undefined;
  const named = words.findIndex((word) => hasLetter(word, 't') || word === '--table');
  const table = named < 0 ? undefined : words[named + 1];
  const next = at < 0 ? undefined : words[at + 1];
  const chain = next === undefined || next.startsWith('-') ? undefined : next;
  const what = saves ? 'save' : rules >= 0 ? 'rules' : 'list';
  return { what, ...(isTable(table) ? { table } : {}), ...(chain === undefined ? {} : { chain }) };
}

/** @returns whether a line warns that the legacy back end has tables too, as iptables of nf_tables does about any listing of its. */
export function warnsOfLegacy(line: string): boolean {
  return line.startsWith('# Warning: ') && line.includes('legacy tables present');
}

/** @returns whether a line is what people put around a listing: a fence, a rule, a prompt without a command. */
export function isFrame(line: string): boolean {
  const trimmed = line.trim();
  return FENCE.test(trimmed) || BARE_PROMPT.test(trimmed);
}
