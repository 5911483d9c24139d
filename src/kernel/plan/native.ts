import type { Netns } from '../../model/host.js';
import type { NftChain, NftFamily, NftRule, NftTable } from '../../model/nftables/ruleset.js';
import {
  printBase,
  printFlowtableParts,
  printObjectParts,
  printSetElements,
  printSetParts,
  printRuleText,
} from '../../netfilter/nftables/index.js';
import { nftBlock, nftLine } from '../write/nft-line.js';
import type { Writing } from '../write/words.js';
import { TRACER, type Gap, type NativeText, type SourcedLine } from './plan.js';

/** A name as nft reads one without quotes (the scanner's `string`). */
const NAME = /^[A-Za-z_.][\w./-]*$/;
/** `iif 7`: an index that no interface had any more; in a twin another may have it. */
const LOST_INDEX = /(?:^|\s)[io]if (?:!= )?\d/;
/** What one command adds at most: a refused one loses no more. */
const CHUNK = 4096;

/** Puts the rules of one namespace into commands, and what cannot be written among the gaps. */
class Writer {
  readonly lines: SourcedLine[] = [];
  readonly gaps: Gap[] = [];

  constructor(private readonly netns: string) {}

  put(made: Writing, source: string, what: string): void {
    if ('line' in made) this.lines.push({ line: made.line, source });
    else this.gap(what, `it is not handed to nft: ${made.fault}`);
  }

  gap(what: string, why: string): void {
    this.gaps.push({ what: `${this.netns}: ${what}`, why });
  }

  /** A command about something with a name. @returns whether nft can read the name. */
  named(name: string, what: string): boolean {
    if (NAME.test(name)) return true;
    this.gap(what, 'it is not handed to nft: nft reads no such name');
    return false;
  }
}

const ofIptables = ({ iptables }: NftChain): boolean => iptables !== undefined;

/** Whether anything of a table is left for nft to load: iptables' own tables are loaded by iptables. */
function hasNative({ chains, sets }: NftTable): boolean {
  return sets.size > 0 || [...chains.values()].some(({ iptables }) => iptables?.includes(undefined) ?? true);
}

function declare(writer: Writer, table: NftTable): void {
  const at = `${table.family} ${table.name}`;
  writer.put(
    table.dormant === true ? nftBlock(`add table ${at}`, ['flags dormant']) : nftLine(`add table ${at}`, ''),
    `table ${at}`,
    `table ${at}`,
  );
  for (const object of table.objects.values()) {
    const what = `${object.kind} ${at} ${object.name}`;
    if (writer.named(object.name, what))
      writer.put(nftBlock(`add ${object.kind} ${at} ${object.name}`, printObjectParts(object)), what, what);
  }
  for (const flowtable of table.flowtables.values()) {
    const what = `flowtable ${at} ${flowtable.name}`;
    if (writer.named(flowtable.name, what))
      writer.put(nftBlock(`add flowtable ${at} ${flowtable.name}`, printFlowtableParts(flowtable)), what, what);
  }
  for (const chain of table.chains.values()) {
    if (ofIptables(chain)) continue;
    const what = `chain ${at} ${chain.name}`;
    if (!writer.named(chain.name, what)) continue;
    const head = `add chain ${at} ${chain.name}`;
    writer.put(chain.base === undefined ? nftLine(head, '') : nftBlock(head, printBase(chain.base)), what, what);
  }
}

function fill(writer: Writer, table: NftTable): void {
  const at = `${table.family} ${table.name}`;
  for (const set of table.sets.values()) {
    const word = set.data === undefined ? 'set' : 'map';
    const what = `${word} ${at} ${set.name}`;
    if (!writer.named(set.name, what)) continue;
    writer.put(nftBlock(`add ${word} ${at} ${set.name}`, printSetParts(set)), what, what);
    const elements = printSetElements(set);
    for (let i = 0; i < elements.length; i += CHUNK) {
      const some = elements.slice(i, i + CHUNK);
      writer.put(nftLine(`add element ${at} ${set.name}`, `{ ${some.join(', ')} }`), `elements of ${what}`, `elements of ${what}`);
    }
  }
}

/** Where a rule is put: at the end of a chain of nft's own, behind the rule before it in one of iptables'. */
function placeOf(table: NftTable, chain: NftChain, i: number): string {
  const at = `${table.family} ${table.name} ${chain.name}`;
  if (!ofIptables(chain)) return `add rule ${at}`;
  return i === 0 ? `insert rule ${at}` : `add rule ${at} index ${i - 1}`;
}

function faultOf(rule: NftRule): string | undefined {
  if (rule.errors.length > 0) return `it is not understood (${rule.errors.join('; ')})`;
  if (rule.xt) return 'it is of iptables, and no listing of iptables shows it';
  return LOST_INDEX.test(rule.text) ? 'no interface had the index it asks for' : undefined;
}

/** A tracked port without a protocol before it: nft up to 1.0 lists it so, and reads it only behind a list of protocols (ct_expr_update_type). */
const TRACKED_PORT = /\bct (?:original|reply) proto-(?:src|dst)\b/;
/** Every protocol that a twin sends. */
const ANY_PROTOCOL = 'meta l4proto { icmp, tcp, udp, ipv6-icmp } ';

function ruleText({ statements }: NftRule): string {
  const text = printRuleText({ statements });
  const at = text.search(TRACKED_PORT);
  return at >= 0 && !text.slice(0, at).includes('l4proto') ? `${ANY_PROTOCOL}${text}` : text;
}

/** The rules of a chain, but for those that iptables loads. */
function rules(writer: Writer, table: NftTable, chain: NftChain): void {
  chain.rules.forEach((rule, i) => {
    if (chain.iptables?.[i] !== undefined) return;
    const place = `${rule.origin.file}:${rule.origin.line}`;
    const what = `${place}: ${rule.text}`;
    const fault = faultOf(rule);
    if (fault === undefined) writer.put(nftLine(placeOf(table, chain, i), ruleText(rule)), what, what);
    else writer.gap(what, fault);
  });
}

/** Families whose packets a twin has. */
const WATCHED: readonly NftFamily[] = ['ip', 'ip6', 'inet', 'bridge', 'netdev'];

/**
 * @returns what `nft -f` takes to load the native rules of a namespace, a command a line, put together from what was understood of
 *   them; absent where there are none. What iptables made in nft's tables is loaded by iptables.
 */
export function planNative(netns: Netns): { readonly native?: NativeText; readonly gaps: readonly Gap[] } {
  const tables = (netns.nftables?.tables ?? []).filter((table) => WATCHED.includes(table.family) && hasNative(table));
  if (tables.length === 0) return { gaps: [] };
  const writer = new Writer(netns.name);
  const loaded = tables.filter((table) => {
    const what = `table ${table.family} ${table.name}`;
    if (table.name === TRACER) writer.gap(what, 'the twin watches rules by a table of this name');
    return table.name !== TRACER && writer.named(table.name, what);
  });
  for (const table of loaded) declare(writer, table);
  for (const table of loaded) fill(writer, table);
  for (const table of loaded) for (const chain of table.chains.values()) rules(writer, table, chain);
  return { native: { lines: writer.lines, tables: loaded }, gaps: writer.gaps };
}
