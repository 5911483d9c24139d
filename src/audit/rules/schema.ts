const names = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 } as const;
const ports = { type: 'array', items: { type: 'integer', minimum: 1, maximum: 65535 }, minItems: 1 } as const;
const severity = { enum: ['critical', 'high', 'medium', 'low', 'info'] } as const;

const service = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', description: 'What to call it.' },
    images: { ...names, description: 'Names of images, without registry and tag: any one will do.' },
    processes: { ...names, description: 'Names of processes: any one will do.' },
    ports: { ...ports, description: 'Ports, as the service itself has them, that are enough to know it by.' },
    severity: { ...severity, description: 'In place of the severity of the rule.' },
  },
} as const;

const target = {
  type: 'object',
  additionalProperties: false,
  description: 'Listeners that the question is about; every condition given must hold.',
  properties: {
    kind: {
      type: 'array',
      minItems: 1,
      items: { enum: ['published', 'container', 'host'] },
      description:
        'Ports that Docker publishes, listeners in a container at its own address, listeners of the host. Default: published and host.',
    },
    ports: { ...ports, description: "Ports of the listener itself (for a published port: the container's)." },
    protocols: { type: 'array', minItems: 1, items: { enum: ['tcp', 'udp'] } },
    processes: { ...names, description: 'Names of processes; a listener whose process is not known fits only with orUnknownProcess.' },
    orUnknownProcess: { type: 'boolean' },
    services: {
      type: 'array',
      minItems: 1,
      items: service,
      description: 'Fits where one of these is recognised by image, process or port.',
    },
    bind: {
      enum: ['any', 'loopback', 'address'],
      description: 'The address it is published or bound on: all, 127.0.0.0/8 or ::1, or one other.',
    },
    published: { type: 'boolean', description: 'For listeners in a container: whether Docker publishes the port.' },
    relation: {
      enum: ['same-network', 'default-bridge', 'icc-disabled', 'no-shared-network'],
      description: 'For containers asking containers: what joins the two.',
    },
    address: { ...names, description: 'Instead of a listener: addresses of the world, asked for at ports.' },
  },
} as const;

const path = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'from', 'to'],
  properties: {
    kind: { const: 'path' },
    from: { type: 'array', minItems: 1, items: { enum: ['internet', 'lan', 'container', 'host'] } },
    to: target,
    outcomes: {
      type: 'array',
      minItems: 1,
      items: { enum: ['connected', 'leaves-host'] },
      description: 'What counts as reached. Default: connected.',
    },
    via: { enum: ['proxy'], description: 'Only paths that a user-space proxy carries.' },
    unlessOnly6: {
      type: 'boolean',
      description: 'Leave out what is reached by IPv6 only while IPv4 turns it down: rule ipv6-open tells that.',
    },
    shut: {
      type: 'object',
      additionalProperties: false,
      required: ['severity', 'title'],
      properties: { severity, title: { type: 'string', minLength: 1 } },
      description: 'What is to be said of a listener on every address that nobody who was asked for reaches.',
    },
    lanOnly: { ...severity, description: 'Severity of what only machines on the link reach.' },
    chosen: { ...severity, description: 'Severity where the network was set to be reached (gateway mode routed or nat-unprotected).' },
    onCloud: { ...severity, description: 'Severity on a cloud machine.' },
  },
} as const;

const condition = {
  type: 'object',
  additionalProperties: false,
  required: ['field', 'is'],
  properties: {
    field: { type: 'string', description: 'For example privileged, capAdd, mounts, networkMode, driver, value.' },
    is: { enum: ['equal', 'not-equal', 'includes', 'matches', 'absent', 'at-least', 'at-most'] },
    value: { type: ['string', 'number', 'boolean'] },
    values: {
      type: 'array',
      minItems: 1,
      items: { type: ['string', 'number', 'boolean'] },
      description: 'Instead of value: any of these.',
    },
  },
} as const;

const fact = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'about', 'where'],
  properties: {
    kind: { const: 'fact' },
    about: { enum: ['container', 'port', 'network', 'sysctl', 'listener', 'chain'] },
    where: { type: 'array', minItems: 1, items: condition, description: 'All must hold.' },
    detail: { type: 'string', description: 'One phrase on each object; {name} and {value} are filled in.' },
    reached: { ...severity, description: 'Severity where an outside machine reaches the container.' },
    commands: { ...names, description: 'The remedy; {name}, {value} and {netns} are filled in, quoted for the shell.' },
  },
} as const;

const analysis = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'name'],
  properties: {
    kind: { const: 'analysis' },
    name: { type: 'string', description: 'A file of src/audit/analyses.' },
  },
} as const;

/** The form of an audit rule; rules/rule.schema.json is this object, and the types below are made from it. */
export const RULE_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'An audit rule of dtrace-path',
  type: 'object',
  additionalProperties: false,
  required: ['id', 'title', 'severity', 'rationale', 'remedy', 'references', 'check'],
  properties: {
    $schema: { type: 'string' },
    id: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
    title: { type: 'string', minLength: 1 },
    severity,
    rationale: { type: 'string', minLength: 1, description: 'Why it matters.' },
    remedy: { type: 'string', minLength: 1, description: 'What to do, in words.' },
    references: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: { name: { type: 'string', minLength: 1 }, url: { type: 'string', pattern: '^https://' } },
      },
    },
    traps: { type: 'array', items: { type: 'string' }, description: 'What looks alike and is not it.' },
    check: { oneOf: [path, fact, analysis] },
  },
} as const;
