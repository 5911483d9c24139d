import type { NftFlowtable, NftObject, NftSet, ObjectKind, SetFlag, KeyType, Statement, DataType } from '../ast.js';
import type { Origin } from '../../../model/origin.js';
import { readRate } from '../statements/stateful.js';
import { dataTypeOf, simpleType, type ValueTypes } from '../types/data-types.js';
import { readNamedElements } from './elements.js';
import { isList, NotNftJson, oneOf, quoted, type Json, type JsonGrammar, type JsonMembers } from './value.js';

const FLAGS: readonly SetFlag[] = ['constant', 'interval', 'timeout', 'dynamic'];
const OBJECTS: readonly ObjectKind[] = ['counter', 'quota', 'limit', 'ct helper', 'ct timeout', 'ct expectation', 'synproxy', 'secmark'];

function typeOf(name: string): DataType {
  const type = dataTypeOf(name);
  if (type === undefined) throw new NotNftJson(`unknown datatype “${name}”`);
  return type;
}

/** `"ipv4_addr"`, `["ipv4_addr","inet_service"]`, `"ipv4_addr . inet_service"`. */
function typeList(json: Json | undefined): KeyType {
  const names = isList(json) ? json : typeof json === 'string' ? json.split(' . ') : [];
  if (names.length === 0) throw new NotNftJson(`a type should be a name or a list of names, it is ${quoted(json)}`);
  return names.map((name) => typeOf(typeof name === 'string' ? name : quoted(name)));
}

function common(json: JsonMembers): { readonly handle?: number; readonly comment?: string } {
  const [handle, comment] = [json.maybeNumber('handle'), json.maybeString('comment')];
  return { ...(handle === undefined ? {} : { handle }), ...(comment === undefined ? {} : { comment }) };
}

interface Data {
  readonly data?: KeyType | ObjectKind;
  readonly types?: ValueTypes | 'verdict';
}

function dataOf(json: JsonMembers): Data {
  const map = json.get('map');
  if (map === undefined || map === null) return {};
  const object = OBJECTS.find((kind) => kind === map);
  if (object !== undefined) return { data: object, types: [simpleType('string')] };
  const data = typeList(map);
  return { data, types: data[0] === 'verdict' ? 'verdict' : data.map(simpleType) };
}

/** `set` and `map` of libnftables-json, as parts of a table. */
export function readSet(json: JsonMembers, grammar: JsonGrammar, origin: Origin): NftSet {
  const key = typeList(json.get('type'));
  const { data, types } = dataOf(json);
  const found = json.strings('flags').map((flag) => oneOf(flag, FLAGS, 'flag of a set'));
  const [size, timeout, gc, policy] = [
    json.maybeNumber('size'),
    json.maybeNumber('timeout'),
    json.maybeNumber('gc-interval'),
    json.maybeString('policy'),
  ];
  const statements = json.get('stmt');
  const elements = json.get('elem');
  return {
    name: json.string('name'),
    ...common(json),
    key,
    ...(data === undefined ? {} : { data }),
    flags: FLAGS.filter((flag) => found.includes(flag)),
    autoMerge: json.flag('auto-merge'),
    ...(policy === undefined ? {} : { policy: oneOf(policy, ['performance', 'memory'], 'policy of a set') }),
    ...(size === undefined ? {} : { size }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(gc === undefined ? {} : { gcInterval: gc }),
    statements: isList(statements) ? statements.map((one): Statement => grammar.statement(one)) : [],
    elements:
      elements === undefined || elements === null
        ? { kind: 'list', of: [] }
        : readNamedElements(elements, key.map(simpleType), types, grammar, origin.line),
    origin,
  };
}

/** @returns a flowtable of the JSON of `nft -j list ruleset` (libnftables-json(5)). */
export function readFlowtable(json: JsonMembers, origin: Origin): NftFlowtable {
  const [handle, priority] = [json.maybeNumber('handle'), json.maybeNumber('prio')];
  return {
    name: json.string('name'),
    ...(handle === undefined ? {} : { handle }),
    ...(json.maybeString('hook') === 'ingress' ? { hook: 'ingress' } : {}),
    ...(priority === undefined ? {} : { priority }),
    devices: json.strings('dev'),
    flags: json.strings('flags').includes('offload') ? ['offload'] : [],
    counter: json.strings('flags').includes('counter'),
    origin,
  };
}

function l3(json: JsonMembers): { readonly l3proto?: string } {
  const proto = json.maybeString('l3proto');
  return proto === undefined ? {} : { l3proto: proto };
}

function policyOf(json: JsonMembers): ReadonlyMap<string, number> {
  // nft 1.0.6 prints `null` where it does not find them
  const policy = json.has('policy') && json.get('policy') !== null ? json.object('policy') : undefined;
  return new Map(policy?.names().map((state) => [state, policy.number(state)]) ?? []);
}

/** @returns the kind of object that a name of libnftables-json stands for. */
export function objectKindOf(name: string): ObjectKind | undefined {
  return OBJECTS.find((kind) => kind === name);
}

/** @returns a named object (counter, quota, limit, ct helper …) of the JSON of `nft -j list ruleset` (libnftables-json(5)). */
export function readObject(kind: ObjectKind, json: JsonMembers, origin: Origin): NftObject {
  const head = { name: json.string('name'), ...common(json), origin };
  switch (kind) {
    case 'counter':
      return { ...head, kind, packets: json.maybeNumber('packets') ?? 0, bytes: json.maybeNumber('bytes') ?? 0 };
    case 'quota':
      return { ...head, kind, bytes: json.maybeNumber('bytes') ?? 0, used: json.maybeNumber('used') ?? 0, over: json.flag('inv') };
    case 'limit':
      return { ...head, kind, limit: readRate(json) };
    case 'ct helper':
      return { ...head, kind, type: json.string('type'), protocol: json.string('protocol'), ...l3(json) };
    case 'ct timeout':
      return { ...head, kind, protocol: json.string('protocol'), ...l3(json), policy: policyOf(json) };
    case 'ct expectation':
      return {
        ...head,
        kind,
        protocol: json.string('protocol'),
        ...l3(json),
        dport: json.number('dport'),
        timeout: json.number('timeout'),
        size: json.number('size'),
      };
    case 'synproxy': {
      const flags = json.strings('flags').map((flag) => oneOf(flag, ['timestamp', 'sack-perm'], 'flag of synproxy'));
      return { ...head, kind, mss: json.maybeNumber('mss') ?? 0, wscale: json.maybeNumber('wscale') ?? 0, flags };
    }
    case 'secmark':
      return { ...head, kind, context: json.string('context') };
  }
}
