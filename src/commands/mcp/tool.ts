import { Ajv } from 'ajv';
import { ExploredHost } from '../../explorer/index.js';
import type { Supposed } from '../../change/index.js';
import type { Host } from '../../model/host.js';
import { WhatIfError, whatIf } from '../../change/index.js';
import type { AuditRule } from '../../audit/index.js';

/** A JSON Schema of an object, as the protocol wants it of every tool. */
export type ObjectSchema = { readonly type: 'object' } & Readonly<Record<string, unknown>>;

/** What went wrong, for whoever called: the codes stay. */
export type FaultCode =
  'bad-arguments' | 'bad-question' | 'bad-command' | 'bad-compose' | 'bad-policy' | 'no-such-tool' | 'too-long' | 'failed';

/** A call that cannot be answered; the message says what to do. */
export class ToolFault extends Error {
  override readonly name = 'ToolFault';
  constructor(
    readonly code: FaultCode,
    message: string,
  ) {
    super(message);
  }
}

/** The snapshot that the server was started with: the only one that can be asked. */
export interface Asked {
  readonly host: Host;
  readonly rules: readonly AuditRule[];
  readonly asIs: ExploredHost;
}

/** What a tool answers. */
export interface Answer {
  readonly structured: unknown;
  /** For clients that show text; absent: the structured answer as JSON. */
  readonly text?: string;
}

/** A question that can be put to the snapshot. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: ObjectSchema;
  readonly output: ObjectSchema;
  /** @throws ToolFault on arguments that do not fit, and on questions that are none. */
  answer(asked: Asked, args: unknown): Answer;
}

const ajv = new Ajv({ allowUnionTypes: true });

/** @returns a tool whose arguments, of the form `Args`, have been checked against their schema before it runs. */
export function tool<Args>(about: Omit<Tool, 'answer'>, run: (asked: Asked, args: Args) => Answer): Tool {
  const validate = ajv.compile<Args>(about.input);
  return {
    ...about,
    answer(asked, args) {
      if (validate(args)) return run(asked, args);
      const [first] = validate.errors ?? [];
      const where = first?.instancePath.slice(1) ?? '';
      throw new ToolFault('bad-arguments', `${where === '' ? 'the arguments' : where} ${first?.message ?? 'do not fit'}`);
    },
  };
}

/** Arguments that most tools take. */
export interface Supposing {
  readonly whatIf?: readonly string[];
}

/** Commands that are supposed to have been run first, as an argument of most tools. */
export const SUPPOSED = {
  type: 'array',
  maxItems: 50,
  items: { type: 'string', maxLength: 2000 },
  description:
    'Commands supposed to have been run first, as typed: iptables, nft, ip, ipset, sysctl, docker run, docker network … Nothing is run.',
} as const;

/** @returns the host after what is supposed. @throws ToolFault on a command that cannot be understood or would fail. */
export function after({ host, rules, asIs }: Asked, supposed: readonly Supposed[], tell?: (message: string) => void): ExploredHost {
  if (supposed.length === 0) return asIs;
  try {
    return new ExploredHost(
      whatIf(host, supposed, ({ origin, message }) => tell?.(`${origin.file}:${origin.line}: ${message}`)),
      rules,
    );
  } catch (error) {
    throw error instanceof WhatIfError ? new ToolFault('bad-command', error.message) : error;
  }
}
