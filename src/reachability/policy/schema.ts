const endpoints = {
  description:
    'One or several of: a container, host, outside (or internet), lan, any, containers, network:NAME, label:KEY[=VALUE], a group, an address or a prefix.',
  anyOf: [
    { type: 'string', minLength: 1 },
    { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
  ],
} as const;

const ports = {
  description: 'Ports: 443, "443/tcp", "8000-8010/udp", "any/udp", icmp. Without a protocol: TCP and UDP. Left out: every port of both.',
  anyOf: [
    { type: 'integer', minimum: 1, maximum: 65535 },
    { type: 'string', pattern: '^(icmp|(any|[0-9]{1,5}(-[0-9]{1,5})?)(/(tcp|udp))?)$' },
    {
      type: 'array',
      minItems: 1,
      items: {
        anyOf: [
          { type: 'integer', minimum: 1, maximum: 65535 },
          { type: 'string', pattern: '^(icmp|(any|[0-9]{1,5}(-[0-9]{1,5})?)(/(tcp|udp))?)$' },
        ],
      },
    },
  ],
} as const;

const traffic = {
  type: 'object',
  additionalProperties: false,
  required: ['from', 'to'],
  properties: {
    from: endpoints,
    to: endpoints,
    ports,
    except: {
      description: 'What the assertion does not speak of: these destinations, these ports, or both together.',
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: { from: endpoints, to: endpoints, ports },
    },
  },
} as const;

/** The JSON Schema of a policy file; `docs/policy.schema.json` is this, for editors. */
export const POLICY_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'dtrace-path policy',
  description: 'What may be reached by whom, as assertions that `dtrace-path check` tests against a snapshot.',
  type: 'object',
  additionalProperties: false,
  required: ['version', 'assertions'],
  properties: {
    version: { const: 1 },
    groups: {
      description: 'Names for several endpoints; a group may name other groups.',
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string', minLength: 1 } },
    },
    allowEmpty: {
      description: 'Endpoints that may stand for nothing; any other name that does fails its assertion.',
      type: 'array',
      items: { type: 'string', minLength: 1 },
    },
    assertions: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: { description: 'What the assertion says, for people.', type: 'string', minLength: 1 },
          comment: { description: 'Why it is so.', type: 'string' },
          severity: { description: 'A warning is told, and does not fail the check.', enum: ['error', 'warning'] },
          allow: { ...traffic, description: 'Every source gets an answer from every destination on each of these ports.' },
          deny: {
            ...traffic,
            description: 'No source gets an answer from any destination on these ports, by whatever address or published port.',
          },
          only: { ...traffic, description: 'Nobody but these sources gets an answer from the destinations on these ports.' },
        },
        oneOf: [{ required: ['allow'] }, { required: ['deny'] }, { required: ['only'] }],
      },
    },
  },
} as const;

type OneOrMore<T> = T | readonly T[];

export interface TrafficFile {
  readonly from: OneOrMore<string>;
  readonly to: OneOrMore<string>;
  readonly ports?: OneOrMore<string | number>;
  readonly except?: { readonly from?: OneOrMore<string>; readonly to?: OneOrMore<string>; readonly ports?: OneOrMore<string | number> };
}

/** A file that meets `POLICY_SCHEMA`. */
export interface PolicyFile {
  readonly version: 1;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly allowEmpty?: readonly string[];
  readonly assertions: readonly {
    readonly name: string;
    readonly comment?: string;
    readonly severity?: 'error' | 'warning';
    readonly allow?: TrafficFile;
    readonly deny?: TrafficFile;
    readonly only?: TrafficFile;
  }[];
}
