import type { Predicate } from '../../../predicate/predicate.js';
import type { Term } from '../../../term.js';
import type { Expression } from '../../ast.js';
import { hidden, inFamily, NotModelled, one, question, type CompileContext, type Selected } from '../context.js';
import { constantValue } from './constants.js';
import { ct } from './ct.js';
import { meta } from './meta.js';
import { payload, rawPayload } from './payload.js';
import { withoutPorts } from './portless.js';

function binary(expression: Extract<Expression, { kind: 'binary' }>, context: CompileContext): Selected {
  const left = single(expression.left, context);
  const right = single(expression.right, context);
  return one({ op: 'binary', by: expression.op, left: left.terms[0]!, right: right.terms[0]! }, ...left.needs, ...right.needs);
}

/** @returns an expression of one field. */
export function single(expression: Expression, context: CompileContext): Selected {
  const selected = select(expression, context);
  if (selected.terms.length !== 1) throw new NotModelled('a concatenation where one value is wanted');
  return selected;
}

function map(expression: Extract<Expression, { kind: 'map' }>, context: CompileContext): Selected {
  const { terms, needs } = select(expression.key, context);
  const { data } = expression;
  const entries = data.kind === 'set reference' ? context.named(data.name) : context.anonymous(data.elements, terms.length);
  return one({ op: 'map', key: terms, map: entries }, ...needs);
}

function draw(context: CompileContext, detail: string, mod: number, offset: number): Term {
  const category = detail.startsWith('numgen') ? 'statistic' : 'random';
  return { op: 'draw', mod, offset, question: question(context, category, detail) };
}

/** nft_rt_get_eval: the next hop of a family is asked of that family's packets alone. */
function rt({ key, family }: Extract<Expression, { kind: 'rt' }>, context: CompileContext): Selected {
  if (key !== 'nexthop') return hidden(context, 'unknown', `\`rt ${key}\` of the route`);
  return one({ op: 'nexthop' }, ...(family === undefined ? [] : inFamily(context, family === 'ip' ? 4 : 6)));
}

/** What a packet may lack, to end the rule, while no snapshot tells of it. */
const MAY_LACK: ReadonlySet<Expression['kind']> = new Set<Expression['kind']>([
  'socket',
  'osf',
  'ipsec',
  'tunnel',
  'tcp option',
  'raw tcp option',
  'ip option',
  'sctp chunk',
  'dccp option',
]);

/** Of the route, too, nothing is told but its next hop, and a packet that has none yet ends the rule (nft_rt_get_eval). */
const mayLack = (part: Expression): boolean => MAY_LACK.has(part.kind) || (part.kind === 'rt' && part.key !== 'nexthop');

/** A key of which another part may decide: what a part may lack is asked besides. */
function concat({ parts }: Extract<Expression, { kind: 'concat' }>, context: CompileContext): Selected {
  const read = parts.map((part) => single(part, context));
  const lacks = parts.filter(mayLack);
  return {
    terms: read.flatMap(({ terms }) => terms),
    needs: [
      ...read.flatMap(({ needs }) => needs),
      ...lacks.map(({ kind }): Predicate => ({
        op: 'unknown',
        question: question(context, 'unknown', `whether there is what \`${kind}\` asks for`),
      })),
    ],
  };
}

/** @returns what an expression reads from a packet, or the constant that it is. */
export function select(expression: Expression, context: CompileContext): Selected {
  switch (expression.kind) {
    case 'number':
    case 'address':
    case 'name':
      return one({ op: 'const', value: constantValue(expression) });
    case 'payload':
      return payload(expression, context);
    case 'raw payload':
      return rawPayload(expression, context);
    case 'meta':
      return meta(expression, context);
    case 'ct':
      return ct(expression, context);
    case 'fib':
      return one({ op: 'fib', result: expression.result, flags: expression.flags });
    case 'rt':
      return rt(expression, context);
    case 'tunnel':
      return hidden(context, 'unknown', `\`tunnel ${expression.key}\` of the device that the packet came in by`);
    case 'socket':
      return hidden(context, 'unknown', `\`socket ${expression.key}\` of the socket that would take the packet`);
    case 'osf':
      return hidden(context, 'unknown', "the sender's operating system, as its SYN tells it");
    case 'ipsec':
      return hidden(context, 'unknown', 'the IPsec state that the packet goes by');
    case 'exthdr':
      // packets of this model bear no extension headers: none is there, nor any field of one; of IPv4 the question itself ends the rule
      if (expression.field === undefined) return one({ op: 'const', value: 0 }, ...inFamily(context, 6));
      return one({ op: 'bits', base: 'nh', offset: -1, length: 0, detail: `exthdr ${expression.name}` });
    case 'tcp option':
    case 'raw tcp option':
    case 'ip option':
    case 'sctp chunk':
    case 'dccp option':
      return hidden(context, 'bytes', 'an option of the packet');
    case 'numgen':
      return one(draw(context, `numgen ${expression.mode} mod ${expression.mod}`, expression.mod, expression.offset));
    case 'jhash':
      // a packet that lacks what is hashed ends the rule, as with any other look at it
      return one(
        draw(context, `a hash modulo ${expression.mod}`, expression.mod, expression.offset),
        ...withoutPorts(select(expression.of, context).needs),
      );
    case 'symhash':
      return one(draw(context, `a hash modulo ${expression.mod}`, expression.mod, expression.offset));
    case 'binary':
      return binary(expression, context);
    case 'concat':
      return concat(expression, context);
    case 'map':
      return map(expression, context);
    case 'prefix':
    case 'range':
    case 'set':
    case 'set reference':
    case 'wildcard':
      throw new NotModelled(`a ${expression.kind} where a value is wanted`);
  }
}
