import type { Field } from '../../../predicate/field.js';
import type { CtExpression } from '../../ast.js';
import { field, HAS_CONNECTION, hidden, inFamily, type CompileContext, type Selected } from '../context.js';

const TUPLE: Readonly<Record<'original' | 'reply', Readonly<Record<string, Field>>>> = {
  original: { saddr: 'ctorigsrc', daddr: 'ctorigdst', 'proto-src': 'ctorigsrcport', 'proto-dst': 'ctorigdstport' },
  reply: { saddr: 'ctreplsrc', daddr: 'ctrepldst', 'proto-src': 'ctreplsrcport', 'proto-dst': 'ctrepldstport' },
};

const PLAIN: Readonly<Record<string, Field>> = {
  direction: 'ctdir',
  status: 'nftstatus',
  mark: 'connmark',
  protocol: 'ctproto',
  l3proto: 'ctfamily',
  zone: 'ctzone',
};

/** nft_ct_get_eval (net/netfilter/nft_ct.c): only the state can be asked of a packet that conntrack does not know. */
export function ct(expression: CtExpression, context: CompileContext): Selected {
  const { key, dir, family } = expression;
  if (key === 'state') return field('nftstate');
  const ofTuple = dir === undefined ? undefined : TUPLE[dir][key];
  if (ofTuple !== undefined) {
    const needs = family === undefined ? [] : inFamily(context, family === 'ip' ? 4 : 6);
    return field(ofTuple, HAS_CONNECTION, ...needs);
  }
  const known = PLAIN[key];
  if (known !== undefined) return field(known, HAS_CONNECTION);
  const { terms } = hidden(context, key === 'expiration' ? 'time' : 'unknown', `\`ct ${key}\` of the connection`);
  return { terms, needs: [HAS_CONNECTION] };
}
