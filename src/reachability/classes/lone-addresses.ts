import { familyOf, addressBits, type Family, type Ip } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import type { Rule } from '../../model/netfilter.js';
import { type RuleFacts, type Translates, leavesOf, type Action, type Predicate, type Term } from '../../netfilter/index.js';
import { factsIn } from '../../netfilter/iptables/index.js';
import { mapsWidely } from './mapped-addresses.js';

/** A mask that leaves more bits open than these above the lowest one it asks for makes more ranges than are worked out. */
const MOST_HOLES = 12;

function scatters(mask: Ip): boolean {
  const bits = BigInt(mask)
    .toString(2)
    .padStart(addressBits(familyOf(mask)), '0');
  const asked = bits.slice(0, bits.lastIndexOf('1') + 1);
  return [...asked].filter((bit) => bit === '0').length > MOST_HOLES;
}

const ADDRESSES: ReadonlySet<string> = new Set(['src', 'dst', 'ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst']);

/** A NAT target with several addresses: a hash of the connection's own chooses one (find_best_ips_proto). */
const choosesOne = ({ addresses, mask }: Translates): boolean =>
  addresses !== undefined && mask === undefined && addresses[0] !== addresses[1];

function looksAtEach(facts: RuleFacts): boolean {
  if (facts.readsBytes || facts.translates.some(choosesOne)) return true;
  if (facts.predicate === undefined) return false;
  for (const one of leavesOf(facts.predicate)) if (one.op === 'masked' && ADDRESSES.has(one.field) && scatters(one.mask)) return true;
  return false;
}

/** @returns the first rule of a host that treats addresses in ways that few ranges describe: raw bytes, a hash, masks with many holes. */
export function ruleOnEach(machine: Machine, family: Family): Rule | undefined {
  for (const { netns } of machine.namespaces.values())
    for (const set of netns.rulesets)
      if (set.family === family)
        for (const table of set.tables.values())
          for (const chain of table.chains.values()) {
            const found = chain.rules.find((rule) => looksAtEach(factsIn(table, family).of(rule)));
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
      return (predicate.field === 'src' || predicate.field === 'dst') && scatters(predicate.mask);
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
