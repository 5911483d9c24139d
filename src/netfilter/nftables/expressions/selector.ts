import type { Selector } from '../ast.js';
import { fieldsOf } from '../fields/headers.js';
import { RT_KEYS, isBareMetaKey } from '../fields/keys.js';
import type { Parser } from '../text/parser.js';
import { Token } from '../text/lexer.js';
import { parseCt } from './ct.js';
import { parseJhash, parseNumgen, parseSymhash } from './generators.js';
import { parseMeta, parseTunnel } from './meta.js';
import { parseExthdr, parseExthdrPresence, parseOption } from './options.js';
import { isTunnel, parsePayload, parseRawPayload } from './payload.js';
import { parseFib, parseRt } from './routes.js';
import { parseIpsec, parseOsf, parseSocket } from './sockets.js';

/** Reads what follows the word that opens a field. */
type Reader = (p: Parser) => Selector;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['meta', parseMeta],
  ['ct', parseCt],
  ['fib', parseFib],
  ['socket', parseSocket],
  ['osf', parseOsf],
  ['numgen', parseNumgen],
  ['jhash', parseJhash],
  ['symhash', parseSymhash],
  ['exthdr', parseExthdrPresence],
  ['tunnel', parseTunnel],
]);

const OPTIONS: ReadonlyMap<string, readonly [word: string, kind: 'tcp option' | 'ip option' | 'sctp chunk']> = new Map([
  ['tcp', ['option', 'tcp option']],
  ['ip', ['option', 'ip option']],
  ['sctp', ['chunk', 'sctp chunk']],
]);

/** What may stand where a header or key of `rt` is named: `rt` is both a header and the routing of a packet. */
function parseRtOrHeader(p: Parser): Selector {
  return RT_KEYS.has(p.peek()) || p.isWord('ip') || p.isWord('ip6') ? parseRt(p) : parseExthdr(p, 'rt');
}

function parseHeader(p: Parser, protocol: string): Selector {
  const option = OPTIONS.get(protocol);
  if (option !== undefined && p.take(option[0])) return parseOption(p, option[1]);
  if (protocol === 'dccp' && p.take('option')) return { kind: 'dccp option', name: p.word('the number of an option') };
  return parsePayload(p, protocol);
}

/** @returns whether a field can open with this word. */
export function opensSelector(word: string): boolean {
  return (
    READERS.has(word) ||
    word === 'rt' ||
    word === 'ipsec' ||
    isBareMetaKey(word) ||
    fieldsOf('payload', word) !== undefined ||
    fieldsOf('exthdr', word) !== undefined
  );
}

/** Whether a word goes on what another opened: `tcp dport`, and not `tcp accept`, where `tcp` is a value with a statement behind it. */
function goesOn(opening: string, word: string): boolean {
  if (READERS.has(opening) || opening === 'rt' || opening === 'ipsec') return true;
  if (OPTIONS.get(opening)?.[0] === word || (opening === 'dccp' && word === 'option')) return true;
  if (opening === 'arp' && (word === 'saddr' || word === 'daddr')) return true;
  const fields = fieldsOf('payload', opening) ?? fieldsOf('exthdr', opening);
  return fields?.has(word) === true || (isTunnel(opening) && fieldsOf('payload', word) !== undefined);
}

/**
 * @returns whether what stands here is a field and not a value of the same name: `tcp dport` and not `tcp`.
 * A value ends the statement or a part of it; a field's word is followed by another.
 */
export function isSelectorHere(p: Parser): boolean {
  if (p.isSign('@')) return true;
  const word = p.peek();
  if (word === '' || !opensSelector(word)) return false;
  if (isBareMetaKey(word) && word !== 'ipsec') return true;
  const { start, line } = p.lex;
  p.lex.next();
  const follows = p.lex.kind === Token.word && goesOn(word, p.peek());
  p.lex.reset(start, line);
  return follows;
}

/** A field, its first word being at hand. */
export function selector(p: Parser): Selector {
  if (p.take('@')) return parseRawPayload(p);
  const word = p.peek();
  if (isBareMetaKey(word) && word !== 'ipsec') return parseMeta(p);
  if (word === '' || !opensSelector(word)) p.fail(`unexpected ${p.here()}`);
  p.lex.next();
  const reader = READERS.get(word);
  if (reader !== undefined) return reader(p);
  if (word === 'rt') return parseRtOrHeader(p);
  // `ipsec exists` asks whether the packet was, `ipsec in reqid` of what state
  if (word === 'ipsec') return p.isWord('in') || p.isWord('out') ? parseIpsec(p) : { kind: 'meta', key: 'ipsec' };
  return fieldsOf('payload', word) === undefined ? parseExthdr(p, word) : parseHeader(p, word);
}
