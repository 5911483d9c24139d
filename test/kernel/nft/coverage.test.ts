import { describe, expect, it } from 'vitest';
import type { Selector, Statement } from '../../../src/netfilter/nftables/ast.js';
import { readNftText } from '../../../src/netfilter/nftables/index.js';
import { Rng } from '../generate/rng.js';
import { ruleset } from './generate.js';
import type { Place } from './place.js';
import { REGISTERED, registered } from './registered.js';

/** Statements of the reader, and why random rule sets do without some. */
const STATEMENTS: Readonly<Record<Exclude<Statement['kind'], 'unread'>, 'drawn' | { readonly without: string }>> = {
  last: 'drawn',
  log: 'drawn',
  reject: 'drawn',
  'ct count': 'drawn',
  notrack: 'drawn',
  flow: 'drawn',
  'reset option': 'drawn',
  xt: { without: 'iptables-nft writes it, nft reads no such rule: the suite mixes both' },
  match: 'drawn',
  verdict: 'drawn',
  counter: 'drawn',
  quota: 'drawn',
  limit: 'drawn',
  mangle: 'drawn',
  nat: 'drawn',
  set: 'drawn',
  vmap: 'drawn',
  meter: 'drawn',
  queue: 'drawn',
  'ct helper': 'drawn',
  'ct timeout': 'drawn',
  'ct expectation': 'drawn',
  secmark: { without: 'no security module is at work here: the kernel refuses the object' },
  fwd: 'drawn',
  dup: 'drawn',
  tproxy: 'drawn',
  synproxy: { without: 'what becomes of a handshake that the kernel answers itself is asked: no side is taken' },
};

const SELECTORS: Readonly<Record<Selector['kind'], 'drawn'>> = {
  payload: 'drawn',
  'raw payload': 'drawn',
  exthdr: 'drawn',
  'tcp option': 'drawn',
  'ip option': 'drawn',
  'sctp chunk': 'drawn',
  'dccp option': 'drawn',
  'raw tcp option': 'drawn',
  meta: 'drawn',
  tunnel: 'drawn',
  ct: 'drawn',
  rt: 'drawn',
  fib: 'drawn',
  socket: 'drawn',
  osf: 'drawn',
  ipsec: 'drawn',
  numgen: 'drawn',
  symhash: 'drawn',
  jhash: 'drawn',
};

/** The kinds of all that a value holds. */
function kindsIn(value: unknown, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if ('kind' in value && typeof value.kind === 'string') into.add(value.kind);
  for (const one of Object.values(value)) kindsIn(one, into);
}

function drawnKinds(): ReadonlySet<string> {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 250; seed++)
    for (const table of readNftText(ruleset(new Rng(seed)), { file: 'drawn', whole: true, complain: () => undefined }).tables)
      for (const chain of table.chains.values()) for (const rule of chain.rules) kindsIn(rule.statements, kinds);
  return kinds;
}

const place = (seed: number): Place => ({
  rng: new Rng(seed),
  family: 'inet',
  names: {
    held: { declared: [], uses: [] },
    chains: [],
    ports: undefined,
    addrs: undefined,
    pairs: undefined,
    verdicts: undefined,
    ifaces: undefined,
    seen: undefined,
    marks: undefined,
  },
  hook: 'forward',
  type: 'filter',
});

describe('random native rule sets', () => {
  it('have every statement and every kind of expression of the reader, but for those left out', () => {
    const kinds = drawnKinds();
    const left = Object.entries(STATEMENTS).flatMap(([kind, how]) => (how === 'drawn' ? [] : [kind]));
    expect([...Object.keys(STATEMENTS), ...Object.keys(SELECTORS)].filter((kind) => !kinds.has(kind))).toEqual(left);
  });

  it('ask about every field that the reader knows', () => {
    const text = Array.from({ length: 40_000 }, (_, seed) => `${registered(place(seed))}\n`).join('');
    expect(REGISTERED.filter(({ words }) => !text.includes(`${words} `)).map(({ words }) => words)).toEqual([]);
  });
});
