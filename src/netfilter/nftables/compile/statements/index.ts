import type { RuleStep } from '../../../action.js';
import { CT_STATUS, FALSE, negateIf, type Predicate } from '../../../predicate/predicate.js';
import type { LimitStatement, MatchStatement, ObjectName, QuotaStatement, Statement } from '../../ast.js';
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

/** Names of the objects that a statement may come to: the one it names, or those that its map gives. */
function namesOf(name: ObjectName | undefined, context: CompileContext): readonly string[] {
  if (typeof name === 'string') return [name];
  if (name?.kind !== 'map') return [];
  const elements = name.data.kind === 'set' ? name.data.elements : context.table.sets.get(name.data.name)?.elements;
  if (elements?.kind !== 'list') return [];
  return elements.of.flatMap(({ data }) => (data?.kind === 'name' ? [data.name] : []));
}

/** Whether the first of them matches what is over it, rather than what is under. */
function isOver(kind: 'limit' | 'quota', name: ObjectName | undefined, context: CompileContext): boolean {
  const [first] = namesOf(name, context);
  const object = context.table.objects.get(`${kind} ${first}`);
  if (object?.kind === 'limit') return object.limit.over;
  return object?.kind === 'quota' && object.over;
}

/** nft_objref_map_eval: a packet for which the map has no object ends the rule. */
function objectFound(name: ObjectName | undefined, context: CompileContext): readonly RuleStep[] {
  if (typeof name !== 'object' || name.kind !== 'map') return NOTHING;
  return [when(match({ kind: 'match', op: '==', left: name.key, right: name.data }, context))];
}

const UNCONFIRMED: MatchStatement = {
  kind: 'match',
  op: '==',
  left: {
    kind: 'binary',
    op: '&',
    left: { kind: 'ct', key: 'status' },
    right: { kind: 'number', value: CT_STATUS.CONFIRMED, type: 'ct_status' },
  },
  right: { kind: 'number', value: 0, type: 'ct_status' },
};

/** nft_limit_eval: matches up to a rate, or what is over it. */
function limit({ name, limit: own }: LimitStatement, context: CompileContext): readonly RuleStep[] {
  const over = own?.over ?? isOver('limit', name, context);
  return [
    ...objectFound(name, context),
    when(negateIf(over, { op: 'unknown', question: question(context, 'limit', 'the rate of the rule', RATE) })),
  ];
}

/** nft_quota_eval. */
function quota({ name, bytes, over: own }: QuotaStatement, context: CompileContext): readonly RuleStep[] {
  const over = own ?? isOver('quota', name, context);
  const left: Predicate = bytes === 0 ? FALSE : { op: 'unknown', question: question(context, 'quota', 'what is left of the quota', RATE) };
  return [...objectFound(name, context), when(negateIf(over, left))];
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

/** nft_do_synproxy: the client is answered before anybody else is asked, so that what comes behind decides nothing for certain. */
function handshake({ text }: CompileContext): RuleStep {
  return { step: 'do', action: { kind: 'gap', detail: `the handshake that a SYN proxy answers (${text})`, rule: true } };
}

/** @returns what a statement asks and does, in order. */
export function statementSteps(statement: Statement, context: CompileContext): readonly RuleStep[] {
  switch (statement.kind) {
    case 'match':
      return [when(match(statement, context))];
    case 'verdict':
      return statement.verdict.kind === 'continue' ? NOTHING : [{ step: 'do', action: verdictAction(statement.verdict, context.table) }];
    case 'last':
    case 'log':
    case 'dup':
      return NOTHING;
    case 'counter':
    case 'ct helper':
    case 'ct timeout':
    case 'secmark':
      return objectFound(statement.name, context);
    // nft_ct_expect_obj_eval: only the first packet of a connection can tell of another to come; it is dropped where another connection
    // between the same addresses has told of that one (nf_ct_expect_related_report)
    case 'ct expectation':
      return [
        ...objectFound(statement.name, context),
        when(match(UNCONFIRMED, context)),
        ...goesOn(context, 'a connection that another one between these addresses has announced already'),
      ];
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
      return [...objectFound(statement.name, context), when(withProtocol(PROTO.TCP)), handshake(context)];
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
