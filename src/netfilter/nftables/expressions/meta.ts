import type { MetaExpression, TunnelExpression } from '../ast.js';
import { metaKey, printedMeta } from '../fields/keys.js';
import { NotNftJson, oneOf, type JsonMembers } from '../json/value.js';
import type { Parser } from '../text/parser.js';

const known = new Map<string, MetaExpression>();

/** One object a key: rule sets name the same few again and again. */
function meta(key: string): MetaExpression {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made: MetaExpression = { kind: 'meta', key };
  known.set(key, made);
  return made;
}

/** The key at hand, with or without `meta` before it. */
export function parseMeta(p: Parser): MetaExpression {
  const key = metaKey(p.peek()) ?? p.fail(`meta has no key ${p.here()}`);
  p.lex.next();
  return meta(key);
}

/** @returns what nft prints as `meta mark`, of its JSON (libnftables-json(5)). */
export function readMeta(json: JsonMembers): MetaExpression {
  const word = json.string('key');
  const key = metaKey(word);
  if (key === undefined) throw new NotNftJson(`meta has no key “${word}”`);
  return meta(key);
}

/** @returns it as nft prints it: `meta mark`. */
export function printMeta({ key }: MetaExpression): string {
  return printedMeta(key);
}

const TUNNEL_KEYS = ['id', 'path'] as const;

/** The key of `tunnel id`. */
export function parseTunnel(p: Parser): TunnelExpression {
  const word = p.word('a key of tunnel');
  return { kind: 'tunnel', key: TUNNEL_KEYS.find((key) => key === word) ?? p.fail(`tunnel has no key “${word}”`) };
}

/** @returns what nft prints as `tunnel id`, of its JSON (libnftables-json(5)). */
export function readTunnel(json: JsonMembers): TunnelExpression {
  return { kind: 'tunnel', key: oneOf(json.string('key'), TUNNEL_KEYS, 'key of tunnel') };
}

/** @returns it as nft prints it: `tunnel id`. */
export function printTunnel({ key }: TunnelExpression): string {
  return `tunnel ${key}`;
}
