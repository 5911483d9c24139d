import type { Origin } from '../../model/origin.js';
import type { NftRule, Statement } from './ast.js';
import { printRuleText } from './print/statement.js';
import type { Style } from './print/style.js';

/** What a rule is made of. */
export interface RuleParts {
  readonly statements: readonly Statement[];
  readonly comment?: string;
  readonly handle?: number;
  readonly origin: Origin;
  readonly errors?: readonly string[];
  /** The line as a listing wrote it; absent where it has to be printed. */
  readonly line?: string;
  readonly style?: Style;
}

const NONE: readonly string[] = [];

class Rule implements NftRule {
  readonly statements: readonly Statement[];
  declare readonly comment?: string;
  declare readonly handle?: number;
  readonly origin: Origin;
  readonly errors: readonly string[];
  private readonly line: string | undefined;
  private readonly style: Style | undefined;

  constructor(parts: RuleParts) {
    this.statements = parts.statements;
    if (parts.comment !== undefined) this.comment = parts.comment;
    if (parts.handle !== undefined) this.handle = parts.handle;
    this.origin = parts.origin;
    this.errors = parts.errors ?? NONE;
    this.line = parts.line;
    this.style = parts.style;
  }

  /** Printed when it is asked for: of a large rule set few rules are. */
  get text(): string {
    return this.line ?? printRuleText(this, this.style);
  }

  get xt(): boolean {
    return this.statements.some((statement) => statement.kind === 'xt');
  }
}

/** @returns a rule whose text is printed on demand. */
export function makeRule(parts: RuleParts): NftRule {
  return new Rule(parts);
}
