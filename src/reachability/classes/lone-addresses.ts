import { formatIp, parseIp, type Family } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import type { Rule } from '../../model/netfilter.js';
import type { Action } from '../../netfilter/action.js';
import type { Predicate } from '../../netfilter/predicate/predicate.js';
import type { Term } from '../../netfilter/term.js';
import { mapsWidely } from './mapped-addresses.js';

/** Matches on raw bytes: what they read may be an address. */
const BYTES = / -m (?:u32|string|bpf) /;
/** A NAT target with several addresses: a hash of the connection's own chooses one (find_best_ips_proto). */
const SEVERAL = / --to-(?:source|destination) (?:\d+\.\d+\.\d+\.\d+|\[?[0-9a-f]*:[0-9a-f:]*)-/;
const MASK = /\/((?:\d+\.){3}\d+|[0-9a-f]*:[0-9a-f:]*)(?= |$)/g;
/** A mask that leaves more bits open than these above the lowest one it asks for makes more ranges than are worked out. */
const MOST_HOLES = 12;

function scatters(mask: string): boolean {
  const ip = parseIp(mask);
  if (ip === undefined) return false;
  const bits = BigInt(ip)
    .toString(2)
    .padStart(typeof ip === 'number' ? 32 : 128, '0');
  const asked = bits.slice(0, bits.lastIndexOf('1') + 1);
  return [...asked].filter((bit) => bit === '0').length > MOST_HOLES;
}

const looksAtEach = (text: string): boolean =>
  BYTES.test(text) || SEVERAL.test(text) || [...text.matchAll(MASK)].some(([, mask = '']) => scatters(mask));

/** @returns the first rule of a host that treats addresses in ways that few ranges describe: raw bytes, a hash, masks with many holes. */
export function ruleOnEach(machine: Machine, family: Family): Rule | undefined {
  for (const { netns } of machine.namespaces.values())
    for (const set of netns.rulesets)
      if (set.family === family)
        for (const table of set.tables.values())
          for (const chain of table.chains.values()) {
            const found = chain.rules.find(({ text }) => looksAtEach(text));
            if (found !== undefined) return found;
          }
  return undefined;
}

/** Whether a term reads bits of the packet, which may be an address, or computes with one. */
function readsAddresses(term: Term): boolean {
  switch (term.op) {
    case 'bits':
      return term.base === 'nh';
    case 'binary':
      return readsAddresses(term.left) || readsAddresses(term.right) || [term.left, term.right].some(isAddress);
    case 'map':
      return term.key.some(readsAddresses);
    default:
      return false;
  }
}

const isAddress = (term: Term): boolean => term.op === 'field' && (term.field === 'src' || term.field === 'dst');

function predicateOnEach(predicate: Predicate): boolean {
  switch (predicate.op) {
    case 'not':
      return predicateOnEach(predicate.of);
    case 'and':
    case 'or':
      return predicate.of.some(predicateOnEach);
    case 'lookup':
      return predicate.key.some(readsAddresses);
    case 'masked':
      return (predicate.field === 'src' || predicate.field === 'dst') && scatters(formatIp(predicate.mask));
    default:
      return false;
  }
}

function actionOnEach(action: Action): boolean {
  switch (action.kind) {
    case 'sequence':
      return action.of.some((one) => (one.step === 'do' ? actionOnEach(one.action) : predicateOnEach(one.predicate)));
    case 'nat':
      return action.range.minIp !== undefined && action.range.minIp !== action.range.maxIp;
    case 'netmap':
      return true;
    case 'nat-by':
      return action.netmap || action.addr !== undefined;
    case 'write':
      return action.to === 'src' || action.to === 'dst' || readsAddresses(action.value) || isAddress(action.value);
    case 'update':
      return true;
    case 'vmap':
      return action.key.some(readsAddresses);
    default:
      return false;
  }
}

/** @returns whether a native rule treats addresses in ways that few ranges describe. */
function nativeOnEach(machine: Machine, family: Family): boolean {
  for (const { natives } of machine.namespaces.values())
    for (const { predicate, action } of natives.rules(family)) if (predicateOnEach(predicate) || actionOnEach(action)) return true;
  return false;
}

/** Whether rules of a host tell single addresses apart: one of those above, or NETMAP of several prefixes onto one. */
export function tellsEachApart(machine: Machine, family: Family): boolean {
  return mapsWidely(machine, family) || ruleOnEach(machine, family) !== undefined || nativeOnEach(machine, family);
}
