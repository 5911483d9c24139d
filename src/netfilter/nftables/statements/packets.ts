import type {
  DupStatement,
  Expression,
  FlowStatement,
  FwdStatement,
  QueueStatement,
  ResetOptionStatement,
  SynproxyStatement,
  XtStatement,
} from '../ast.js';
import { value } from '../expressions/expression.js';
import { parseOption, printOption, readOption } from '../expressions/options.js';
import { isList, oneOf, JsonMembers, type Json, type JsonGrammar } from '../json/value.js';
import { printExpression } from '../print/expression.js';
import type { Parser } from '../text/parser.js';
import { simpleType, type ValueTypes } from '../types/data-types.js';
import { objectName, printObjectName, readObjectName } from './stateful.js';

const DEVICE = [simpleType('iface_index')];
const QUEUE: ValueTypes = [{ type: 'integer', bits: 16 }];

function addressOf(p: Parser, family: 'ip' | 'ip6' | undefined): Expression {
  const own = family ?? (p.family === 'ip' || p.family === 'ip6' ? p.family : undefined);
  return value(p, [simpleType(own === undefined ? 'raw' : own === 'ip' ? 'ipv4_addr' : 'ipv6_addr')]);
}

/** The rest of `fwd to "eth0"` and `fwd ip to 192.0.2.1 device "eth0"`. */
export function parseFwd(p: Parser): FwdStatement {
  const family = p.take('ip') ? 'ip' : p.take('ip6') ? 'ip6' : undefined;
  p.expect('to');
  if (family === undefined) return { kind: 'fwd', dev: value(p, DEVICE) };
  const addr = addressOf(p, family);
  p.expect('device');
  return { kind: 'fwd', dev: value(p, DEVICE), family, addr };
}

/** @returns what nft prints as `fwd to "eth0"`, of its JSON (libnftables-json(5)). */
export function readFwd(json: JsonMembers, grammar: JsonGrammar): FwdStatement {
  const [family, addr] = [json.maybeString('family'), json.get('addr')];
  return {
    kind: 'fwd',
    dev: grammar.expression(json.get('dev') ?? null, DEVICE),
    ...(family === undefined ? {} : { family: oneOf(family, ['ip', 'ip6'], 'family of fwd') }),
    ...(addr === undefined ? {} : { addr: grammar.expression(addr, [simpleType('raw')]) }),
  };
}

/** @returns it as nft prints it: `fwd to "eth0"`. */
export function printFwd({ dev, family, addr }: FwdStatement): string {
  return addr === undefined
    ? `fwd to ${printExpression(dev)}`
    : `fwd ${family ?? 'ip'} to ${printExpression(addr)} device ${printExpression(dev)}`;
}

/** The rest of `dup to 192.0.2.1 device "eth0"`; in netdev tables `dup to "eth0"`. */
export function parseDup(p: Parser): DupStatement {
  p.expect('to');
  if (p.family === 'netdev') return { kind: 'dup', dev: value(p, DEVICE) };
  const addr = addressOf(p, undefined);
  return { kind: 'dup', addr, ...(p.take('device') ? { dev: value(p, DEVICE) } : {}) };
}

/** @returns what nft prints as `dup to 10.0.0.1`, of its JSON (libnftables-json(5)). */
export function readDup(json: JsonMembers, grammar: JsonGrammar, netdev: boolean): DupStatement {
  const [addr, dev] = [json.get('addr'), json.get('dev')];
  if (netdev && addr !== undefined) return { kind: 'dup', dev: grammar.expression(addr, DEVICE) };
  return {
    kind: 'dup',
    ...(addr === undefined ? {} : { addr: grammar.expression(addr, [simpleType('raw')]) }),
    ...(dev === undefined ? {} : { dev: grammar.expression(dev, DEVICE) }),
  };
}

/** @returns it as nft prints it: `dup to 10.0.0.1`. */
export function printDup({ addr, dev }: DupStatement): string {
  const [to, by] = [addr === undefined ? undefined : printExpression(addr), dev === undefined ? undefined : printExpression(dev)];
  return to === undefined ? `dup to ${by ?? ''}` : `dup to ${to}${by === undefined ? '' : ` device ${by}`}`;
}

const QUEUE_FLAGS = ['bypass', 'fanout'] as const;

function queueFlags(p: Parser): QueueStatement['flags'] {
  const found: QueueStatement['flags'][number][] = [];
  do {
    const flag = QUEUE_FLAGS.find((one) => p.isWord(one));
    if (flag === undefined) break;
    p.lex.next();
    found.push(flag);
  } while (p.take(','));
  return QUEUE_FLAGS.filter((flag) => found.includes(flag));
}

const QUEUE_0: Expression = { kind: 'number', value: 0, type: 'integer' };

/** The rest of `queue num 1-3 bypass`, `queue flags bypass to 1-3`, `queue to numgen inc mod 4`. */
export function parseQueue(p: Parser): QueueStatement {
  let flags: QueueStatement['flags'] = [];
  let num: Expression = QUEUE_0;
  for (;;) {
    if (p.take('flags')) flags = queueFlags(p);
    else if (p.take('num') || p.take('to')) num = value(p, QUEUE);
    else if (p.isWord('bypass') || p.isWord('fanout')) flags = queueFlags(p);
    else return { kind: 'queue', num, flags };
  }
}

/** @returns what nft prints as `queue to 0`, of its JSON (libnftables-json(5)). */
export function readQueue(json: Json, grammar: JsonGrammar): QueueStatement {
  if (json === null) return { kind: 'queue', num: QUEUE_0, flags: [] };
  const view = JsonMembers.of(json, 'queue');
  const found = view.strings('flags').map((flag) => oneOf(flag, QUEUE_FLAGS, 'flag of queue'));
  const num = view.get('num');
  return {
    kind: 'queue',
    num: num === undefined ? QUEUE_0 : grammar.expression(num, QUEUE),
    flags: QUEUE_FLAGS.filter((flag) => found.includes(flag)),
  };
}

/** @returns it as nft prints it: `queue to 0`. */
export function printQueue({ num, flags }: QueueStatement): string {
  return `queue${flags.length === 0 ? '' : ` flags ${flags.join(',')}`} to ${printExpression(num)}`;
}

const SYNPROXY_FLAGS = ['timestamp', 'sack-perm'] as const;

/** A window scale that is not said is 0 once a segment size is. */
function sizes(mss: number | undefined, wscale: number | undefined): Pick<SynproxyStatement, 'mss' | 'wscale'> {
  const scale = wscale ?? (mss === undefined ? undefined : 0);
  return { ...(mss === undefined ? {} : { mss }), ...(scale === undefined ? {} : { wscale: scale }) };
}

/** `mss 1460 wscale 7 timestamp sack-perm`, line ends allowed between them in an object. */
export function parseSynproxyConfig(p: Parser): Omit<SynproxyStatement, 'kind' | 'name'> {
  let [mss, wscale]: [number | undefined, number | undefined] = [undefined, undefined];
  const flags: SynproxyStatement['flags'][number][] = [];
  for (;;) {
    const flag = SYNPROXY_FLAGS.find((one) => p.isWord(one));
    if (flag !== undefined) {
      p.lex.next();
      flags.push(flag);
    } else if (p.take('mss')) mss = p.number('a segment size');
    else if (p.take('wscale')) wscale = p.number('a window scale');
    else
      return {
        ...sizes(mss, wscale),
        flags: SYNPROXY_FLAGS.filter((one) => flags.includes(one)),
      };
  }
}

/** @returns the rest of `synproxy mss 1460`. */
export function parseSynproxy(p: Parser): SynproxyStatement {
  return p.take('name') ? { kind: 'synproxy', name: objectName(p), flags: [] } : { kind: 'synproxy', ...parseSynproxyConfig(p) };
}

/** @returns what nft prints as `synproxy mss 1460`, of its JSON (libnftables-json(5)). */
export function readSynproxy(json: Json, grammar: JsonGrammar): SynproxyStatement {
  if (json === null) return { kind: 'synproxy', flags: [] };
  const named = typeof json === 'string' || (typeof json === 'object' && !isList(json) && Object.hasOwn(json, 'map'));
  if (named) return { kind: 'synproxy', name: readObjectName(json, grammar), flags: [] };
  const view = JsonMembers.of(json, 'synproxy');
  const [mss, wscale] = [view.maybeNumber('mss'), view.maybeNumber('wscale')];
  const flags = view.strings('flags').map((flag) => oneOf(flag, SYNPROXY_FLAGS, 'flag of synproxy'));
  return { kind: 'synproxy', ...sizes(mss, wscale), flags };
}

/** @returns it as nft prints it: `synproxy mss 1460`. */
export function printSynproxy({ name, mss, wscale, flags }: SynproxyStatement): string {
  if (name !== undefined) return `synproxy name ${printObjectName(name)}`;
  const words = [...(mss === undefined ? [] : [`mss ${mss}`]), ...(wscale === undefined ? [] : [`wscale ${wscale}`]), ...flags];
  return words.length === 0 ? 'synproxy' : `synproxy ${words.join(' ')}`;
}

/** The rest of `flow add @f`. */
export function parseFlow(p: Parser): FlowStatement {
  if (!p.take('offload')) p.expect('add');
  p.expect('@');
  return { kind: 'flow', flowtable: p.string('the name of a flowtable') };
}

/** @returns what nft prints as `flow add @f`, of its JSON (libnftables-json(5)). */
export function readFlow(json: JsonMembers): FlowStatement {
  const name = json.string('flowtable');
  return { kind: 'flow', flowtable: name.startsWith('@') ? name.slice(1) : name };
}

/** The rest of `reset tcp option fastopen`. */
export function parseReset(p: Parser): ResetOptionStatement {
  p.expect('tcp');
  p.expect('option');
  return { kind: 'reset option', option: parseOption(p, 'tcp option') };
}

/** @returns what nft prints as `reset tcp option mss`, of its JSON (libnftables-json(5)). */
export function readReset(json: JsonMembers): ResetOptionStatement {
  return { kind: 'reset option', option: readOption(json.object('tcp option'), 'tcp option') };
}

/** @returns it as nft prints it: `reset tcp option mss`. */
export function printReset({ option }: ResetOptionStatement): string {
  return `reset ${printOption(option)}`;
}

const XT_TYPES = ['match', 'target', 'watcher'] as const;

/** The rest of `xt match "recent"`: what it asks stands in iptables-save. */
export function parseXt(p: Parser): XtStatement {
  const word = p.word('match, target or watcher');
  const type = XT_TYPES.find((one) => one === word) ?? p.fail(`xt “${word}”: match, target or watcher`);
  return { kind: 'xt', type, name: p.string('the name of an extension') };
}

/** @returns what nft prints as `xt match "recent"`, of its JSON (libnftables-json(5)). */
export function readXt(json: JsonMembers): XtStatement {
  return { kind: 'xt', type: oneOf(json.string('type'), XT_TYPES, 'type of xt'), name: json.string('name') };
}

/** @returns it as nft prints it: `xt match "recent"`. */
export function printXt({ type, name }: XtStatement): string {
  return `xt ${type} "${name}"`;
}
