import { ComposeError, readProject } from '../../compose/index.js';
import type { Supposed } from '../../change/index.js';
import type { ComposeProject } from '../../model/compose.js';
import type { Audit } from '../../model/audit.js';
import { checkPolicy, PolicyError, readPolicy } from '../../reachability/index.js';
import { printCommands } from '../../command/index.js';
import { publishedSchema } from './schemas.js';
import { after, SUPPOSED, tool, ToolFault, type ObjectSchema, type Supposing } from './tool.js';

const TEXT = { type: 'string', minLength: 1, maxLength: 262_144 } as const;
const ITEMS = { type: 'array', items: { type: 'object' } } as const;

const FINDINGS: ObjectSchema = {
  type: 'object',
  required: ['findings', 'undetermined', 'assumed', 'problems'],
  properties: {
    findings: {
      type: 'array',
      items: {
        type: 'object',
        required: ['rule', 'severity', 'title', 'proved', 'objects', 'paths', 'why', 'remedy'],
        properties: {
          rule: { type: 'string' },
          severity: { type: 'string', enum: ['critical', 'high', 'medium', 'low', 'info'] },
          title: { type: 'string' },
          proved: { type: 'boolean' },
          paths: { type: 'array', items: { type: 'object', required: ['from', 'to', 'proto', 'outcome', 'code', 'reason'] } },
        },
      },
    },
    undetermined: ITEMS,
    assumed: ITEMS,
    problems: ITEMS,
  },
};

/** An audit without each step of its paths: `trace` shows them. */
function brief({ findings, undetermined, assumed = [], coverage }: Audit): unknown {
  return {
    findings: findings.map(({ rule, severity, title, possible, objects, evidence, why, remedy }) => ({
      rule,
      severity,
      title,
      proved: possible === undefined,
      objects: objects.map(({ kind, name, detail, origin }) => ({ kind, name, detail, origin })),
      paths: evidence.traces.map(({ flow: { from, to, proto, dport }, outcome, cause: { code }, reason, decidedBy }) => {
        return { from, to, proto, dport, outcome, code, reason, decidedBy };
      }),
      why,
      remedy: {
        text: remedy.text,
        steps: remedy.steps.map(({ title: step, commands }) => ({ title: step, commands: printCommands(commands) })),
      },
    })),
    undetermined,
    assumed,
    problems: coverage.problems,
  };
}

/** What is open that should not be. */
export const audit = tool<Supposing>(
  {
    name: 'audit',
    description:
      'Findings about the host, worst first, each with the flows that prove it (ask trace for every step) and what to do. Rules under "undetermined" could hide findings: say so.',
    input: { type: 'object', additionalProperties: false, properties: { whatIf: SUPPOSED } },
    output: FINDINGS,
  },
  (asked, { whatIf = [] }) => ({ structured: brief(after(asked, whatIf).audit) }),
);

/** A policy's assertions as tests. */
export const check = tool<Supposing & { readonly policy: string }>(
  {
    name: 'check',
    description:
      'Tests a policy, given as YAML text: version: 1, assertions with allow, deny or only {from, to, ports}. A verdict "open" is not a pass: the snapshot does not decide it.',
    input: { type: 'object', additionalProperties: false, required: ['policy'], properties: { policy: TEXT, whatIf: SUPPOSED } },
    output: publishedSchema('check'),
  },
  (asked, { policy, whatIf = [] }) => {
    const { machine } = after(asked, whatIf);
    try {
      return { structured: checkPolicy(machine, readPolicy(policy, 'policy')) };
    } catch (error) {
      throw error instanceof PolicyError ? new ToolFault('bad-policy', error.message) : error;
    }
  },
);

/** A Compose file as text alone: it names no other, and takes no variables. */
function readCompose(text: string, profiles: readonly string[]): ComposeProject {
  try {
    return readProject([{ file: 'compose', text }], { profiles, folder: 'project', variables: new Map(), read: () => undefined });
  } catch (error) {
    throw error instanceof ComposeError ? new ToolFault('bad-compose', error.message) : error;
  }
}

interface WhatIfArgs {
  readonly commands?: readonly string[];
  readonly compose?: string;
  readonly profiles?: readonly string[];
}

/** What a change opens and closes. */
export const whatIfTool = tool<WhatIfArgs>(
  {
    name: 'what_if',
    description:
      'What commands, or a Compose file given as YAML text, would open and close on this host. Nothing is run. "undecided" changes may open something: say so.',
    input: {
      type: 'object',
      additionalProperties: false,
      properties: {
        commands: SUPPOSED,
        compose: TEXT,
        profiles: { type: 'array', maxItems: 50, items: { type: 'string', maxLength: 200 } },
      },
    },
    output: publishedSchema('diff'),
  },
  (asked, { commands = [], compose, profiles = [] }) => {
    const supposed: readonly Supposed[] = [...commands, ...(compose === undefined ? [] : [readCompose(compose, profiles)])];
    if (supposed.length === 0) throw new ToolFault('bad-arguments', 'give commands or compose');
    const notes: string[] = [];
    const changes = asked.asIs.changesTo(after(asked, supposed, (note) => notes.push(note)));
    return { structured: { ...changes, notes } };
  },
);
