import type { RuleStep } from '../../../action.js';
import { FALSE, negateIf, type Predicate } from '../../../predicate/predicate.js';
import type { LimitStatement, ObjectName, QuotaStatement, Statement } from '../../ast.js';
import { question, withProtocol, type CompileContext } from '../context.js';
import { PROTO } from '../../../../model/packet.js';
import { select, single } from '../expressions/index.js';
import { mayBeFound, portless, readsAnyPorts, withoutPorts } from '../expressions/portless.js';
import { match } from '../match.js';
import { verdictAction } from '../verdicts.js';
import { mangleSteps } from './mangle.js';
import { natSteps } from './nat.js';
import { rejectSteps } from './reject.js';

const RATE = { yes: 'under', no: 'over', usual: true };

const when = (predicate: Predicate): RuleStep => ({ step: 'when', predicate });
const NOTHING: readonly RuleStep[] = [];

function objectNamed(
  kind: 'limit' | 'quota',
  name: ObjectName | undefined,
  context: CompileContext,
): { readonly over: boolean } | undefined {
  if (typeof name !== 'string') return undefined;
  const object = context.table.objects.get(`${kind} ${name}`);
  if (object?.kind === 'limit') return object.limit;
  return object?.kind === 'quota' ? object : undefined;
}

/** nft_limit_eval: matches up to a rate, or what is over it. */
function limit({ name, limit: own }: LimitStatement, context: CompileContext): readonly RuleStep[] {
  const over = own?.over ?? objectNamed('limit', name, context)?.over ?? false;
  return [when(negateIf(over, { op: 'unknown', question: question(context, 'limit', 'the rate of the rule', RATE) }))];
}

/** nft_quota_eval. */
function quota({ name, bytes, over: own }: QuotaStatement, context: CompileContext): readonly RuleStep[] {
  const over = own ?? objectNamed('quota', name, context)?.over ?? false;
  const left: Predicate = bytes === 0 ? FALSE : { op: 'unknown', question: question(context, 'quota', 'what is left of the quota', RATE) };
  return [when(negateIf(over, left))];
}

/** What an element's own limit, quota or count says of a packet that adds it (nft_dynset_eval). */
function ofElement(statements: readonly Statement[], context: CompileContext): readonly RuleStep[] {
  return statements.flatMap((statement) => statementSteps(statement, context));
}

function setSteps(statement: Extract<Statement, { kind: 'set' }>, context: CompileContext): readonly RuleStep[] {
  const key = select(statement.key, context);
  const data = statement.data === undefined ? undefined : select(statement.data, context);
  const action = {
    kind: 'update',
    op: statement.op,
    key: key.terms,
    set: context.named(statement.set),
    ...(data !== undefined && { data: data.terms }),
  } as const;
  // what packets without ports add by what stands in their place is not looked for
  const only = readsAnyPorts(key) ? ({ only: 'ports' } as const) : {};
  const needs = [...withoutPorts(key.needs), ...(data?.needs ?? [])];
  return [...needs.map(when), { step: 'do', action, ...only }, ...ofElement(statement.statements, context)];
}

function vmap(statement: Extract<Statement, { kind: 'vmap' }>, context: CompileContext): readonly RuleStep[] {
  const key = select(statement.key, context);
  const { terms, needs } = key;
  const { data } = statement;
  const map = data.kind === 'set reference' ? context.named(data.name) : context.anonymous(data.elements, terms.length);
  const action = { kind: 'vmap', key: terms, map } as const;
  const others = readsAnyPorts(key) ? portless(key).terms : undefined;
  if (others === undefined || !mayBeFound(others, map)) return [...needs.map(when), { step: 'do', action }];
  return [
    ...withoutPorts(needs).map(when),
    { step: 'do', action, only: 'ports' },
    { step: 'do', action: { ...action, key: others }, only: 'no ports' },
  ];
}

function tproxy(statement: Extract<Statement, { kind: 'tproxy' }>, context: CompileContext): readonly RuleStep[] {
  const [addr, port] = [statement.addr, statement.port].map((one) => (one === undefined ? undefined : single(one, context).terms[0]));
  return [{ step: 'do', action: { kind: 'tproxy-to', ...(addr && { addr }), ...(port && { port }) } }];
}

/** `fwd to "lan1"`; with an address the neighbour is looked up, and with a map the packet tells the device: neither is followed. */
function fwd({ dev, addr }: Extract<Statement, { kind: 'fwd' }>, context: CompileContext): readonly RuleStep[] {
  const [term] = addr === undefined ? single(dev, context).terms : [];
  const named = term?.op === 'const' && typeof term.value === 'string' ? { dev: term.value } : {};
  return [{ step: 'do', action: { kind: 'fwd', ...named } }];
}

function goesOn(context: CompileContext, detail: string): readonly RuleStep[] {
  const words = { yes: 'continue', no: 'drop', usual: true };
  return [{ step: 'do', action: { kind: 'unknown', question: question(context, 'unknown', detail, words) } }];
}

/** @returns what a statement asks and does, in order. */
export function statementSteps(statement: Statement, context: CompileContext): readonly RuleStep[] {
  switch (statement.kind) {
    case 'match':
      return [when(match(statement, context))];
    case 'verdict':
      return statement.verdict.kind === 'continue' ? NOTHING : [{ step: 'do', action: verdictAction(statement.verdict, context.table) }];
    case 'counter':
    case 'last':
    case 'log':
    case 'ct helper':
    case 'ct timeout':
    case 'ct expectation':
    case 'secmark':
    case 'dup':
      return NOTHING;
    // nft_exthdr_tcp_strip_eval: packets of other protocols end the rule, an option that is not there does not
    case 'reset option':
      return [when(withProtocol(PROTO.TCP))];
    case 'limit':
      return limit(statement, context);
    case 'quota':
      return quota(statement, context);
    case 'mangle':
      return mangleSteps(statement, context);
    case 'nat':
      return natSteps(statement, context);
    case 'reject':
      return rejectSteps(statement, context);
    case 'set':
      return setSteps(statement, context);
    case 'vmap':
      return vmap(statement, context);
    case 'meter':
      return ofElement([statement.statement], context);
    case 'queue': {
      const words = { yes: 'accept', no: 'drop', usual: true };
      return [
        { step: 'do', action: { kind: 'unknown', question: question(context, 'queue', 'the verdict of a program in user space', words) } },
      ];
    }
    case 'ct count': {
      const words = statement.over ? { yes: 'over', no: 'under', usual: false } : RATE;
      const asks: Predicate = { op: 'unknown', question: question(context, 'connlimit', 'how many connections there are', words) };
      // nft_connlimit_eval: a packet without a connection is counted by its own addresses and ports
      return [when(asks)];
    }
    case 'notrack':
      return [{ step: 'do', action: { kind: 'notrack' } }];
    case 'fwd':
      return fwd(statement, context);
    case 'tproxy':
      return tproxy(statement, context);
    case 'synproxy':
      return goesOn(context, 'the handshake that a SYN proxy answers');
    case 'flow':
      return [{ step: 'do', action: { kind: 'flow' } }];
    case 'xt':
      return [
        when({
          op: 'unknown',
          question: question(context, 'hidden', `\`xt ${statement.type} ${statement.name}\`, which iptables-save shows`),
        }),
      ];
    case 'unread':
      return [when({ op: 'unknown', question: question(context, 'unknown', `\`${statement.text}\`: ${statement.message}`) })];
  }
}
