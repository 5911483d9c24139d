import { Ajv, type ErrorObject } from 'ajv';
import type { Document, LineCounter } from 'yaml';
import type { Origin } from '../../model/origin.js';
import type { FlowProto } from '../../model/trace.js';
import { ALL_PORTS, toSet, type RangeSet } from '../../address/ranges.js';
import { POLICY_SCHEMA, type PolicyFile, type TrafficFile } from './schema.js';
import { unknownField } from './unknown-field.js';
import { readPlainYaml } from '../../yaml.js';

/** A policy that cannot be read. The message begins with file and line. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** Ports by protocol; ICMP has none, so its set is all or nothing. */
export type PortSets = ReadonlyMap<FlowProto, RangeSet>;

export interface Traffic {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly ports: PortSets;
  readonly except?: { readonly from?: readonly string[]; readonly to?: readonly string[]; readonly ports?: PortSets };
}

export interface Assertion {
  readonly name: string;
  readonly comment?: string;
  readonly severity: 'error' | 'warning';
  readonly kind: 'allow' | 'deny' | 'only';
  readonly traffic: Traffic;
  readonly origin: Origin;
}

export interface Policy {
  readonly file: string;
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Names that may stand for nothing. */
  readonly allowEmpty: readonly string[];
  readonly assertions: readonly Assertion[];
}

type Path = readonly (string | number)[];

class Places {
  constructor(
    readonly file: string,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /** @returns the line of a value, or of the nearest that encloses it. */
  line(path: Path): number {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = length === 0 ? this.document.contents : this.document.getIn(path.slice(0, length), true);
      if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
        return this.lines.linePos(Number(node.range[0])).line;
    }
    return 1;
  }

  fail(path: Path, message: string): never {
    throw new PolicyError(`${this.file}:${this.line(path)}: ${message}`);
  }
}

function pathOf(pointer: string): Path {
  const words = pointer
    .split('/')
    .slice(1)
    .map((word) => word.replaceAll('~1', '/').replaceAll('~0', '~'));
  return words.map((word) => (/^\d+$/.test(word) ? Number(word) : word));
}

/** The error that says most: the deepest, and of several alternatives the first. */
function explain(errors: readonly ErrorObject[]): { readonly path: Path; readonly message: string } {
  const depth = (e: ErrorObject): number =>
    e.instancePath.split('/').length * 2 + (e.keyword === 'pattern' || e.keyword === 'additionalProperties' ? 1 : 0);
  const deepest = [...errors].sort((a, b) => depth(b) - depth(a))[0]!;
  const where = deepest.instancePath === '' ? 'the policy' : deepest.instancePath.slice(1).replaceAll('/', '.');
  const params: Readonly<Record<string, unknown>> = deepest.params;
  switch (deepest.keyword) {
    case 'additionalProperties':
      return {
        path: [...pathOf(deepest.instancePath), String(params['additionalProperty'])],
        message: `${where} ${unknownField(deepest) ?? 'is not valid'}`,
      };
    case 'pattern':
      return {
        path: pathOf(deepest.instancePath),
        message: `${where} is no port: write 443, "443/tcp", "8000-8010/udp", "any/udp" or icmp`,
      };
    case 'oneOf':
      return { path: pathOf(deepest.instancePath), message: `${where} must say exactly one of allow, deny and only` };
    case 'minItems':
      return {
        path: pathOf(deepest.instancePath),
        message: deepest.instancePath === '/assertions' ? 'the policy asserts nothing: that holds for every host' : `${where} is empty`,
      };
    default:
      return { path: pathOf(deepest.instancePath), message: `${where} ${deepest.message ?? 'is not valid'}` };
  }
}

const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile(POLICY_SCHEMA);

function isPolicy(value: unknown): value is PolicyFile {
  return validate(value);
}

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);
const listOf = <T>(value: T | readonly T[]): readonly T[] => (isList(value) ? value : [value]);

function portSets(places: Places, path: Path, value: TrafficFile['ports']): PortSets {
  if (value === undefined)
    return new Map([
      ['tcp', ALL_PORTS],
      ['udp', ALL_PORTS],
    ]);
  const sets = new Map<FlowProto, (readonly [number, number])[]>();
  for (const text of listOf(value).map(String)) {
    if (text === 'icmp') {
      sets.set('icmp', [[0, 65535]]);
      continue;
    }
    const [range = '', proto] = text.split('/');
    const [lo, hi] = range === 'any' ? [0, 65535] : range.split('-').map(Number);
    if (lo === undefined || (hi ?? lo) > 65535 || lo > (hi ?? lo)) places.fail(path, `"${text}" is no range of ports`);
    const protos: readonly FlowProto[] = proto === 'tcp' || proto === 'udp' ? [proto] : ['tcp', 'udp'];
    for (const p of protos) sets.set(p, [...(sets.get(p) ?? []), [lo, hi ?? lo]]);
  }
  return new Map([...sets].map(([proto, ranges]) => [proto, toSet(ranges)]));
}

function readTraffic(places: Places, path: Path, { from, to, ports, except }: TrafficFile): Traffic {
  const traffic: Traffic = { from: listOf(from), to: listOf(to), ports: portSets(places, [...path, 'ports'], ports) };
  if (except === undefined) return traffic;
  return {
    ...traffic,
    except: {
      ...(except.from !== undefined && { from: listOf(except.from) }),
      ...(except.to !== undefined && { to: listOf(except.to) }),
      ...(except.ports !== undefined && { ports: portSets(places, [...path, 'except', 'ports'], except.ports) }),
    },
  };
}

/**
 * Reads a policy.
 * @param text YAML, or JSON.
 * @param file what to call it in messages.
 * @throws PolicyError with file and line on what is no policy.
 */
export function readPolicy(text: string, file: string): Policy {
  const read = readPlainYaml(text);
  if ('message' in read) throw new PolicyError(`${file}:${read.line}: ${read.message}`);
  const { document, lines, value } = read;
  const places: Places = new Places(file, document, lines);
  if (!isPolicy(value)) {
    const { path, message } = explain(validate.errors ?? []);
    places.fail(path, message);
  }
  const assertions = value.assertions.map((entry, index): Assertion => {
    const kind = entry.allow !== undefined ? 'allow' : entry.deny !== undefined ? 'deny' : 'only';
    const traffic = entry[kind];
    if (traffic === undefined) places.fail(['assertions', index], 'say exactly one of allow, deny and only');
    if (kind !== 'deny' && traffic.ports === undefined) places.fail(['assertions', index, kind], `${kind} needs ports: say which`);
    return {
      name: entry.name,
      ...(entry.comment !== undefined && { comment: entry.comment }),
      severity: entry.severity ?? 'error',
      kind,
      traffic: readTraffic(places, ['assertions', index, kind], traffic),
      origin: { file, line: places.line(['assertions', index]) },
    };
  });
  return { file, groups: new Map(Object.entries(value.groups ?? {})), allowEmpty: value.allowEmpty ?? [], assertions };
}
