import type { Expression, MatchStatement } from '../ast.js';
import { isFlags } from '../types/data-types.js';
import { flagNames } from '../types/print-constant.js';
import { printExpression } from './expression.js';

/** Flags after an operator that compares them one by one: `established,new`. */
function flags(expr: Expression): string | undefined {
  if (expr.kind !== 'number' || !isFlags(expr.type) || expr.value === 0) return undefined;
  return flagNames(expr.value, expr.type)?.join(',');
}

function severalFlags(expr: Expression): string | undefined {
  const text = flags(expr);
  return text?.includes(',') === true ? text : undefined;
}

/** `syn / syn,ack`: what several flags are under a mask of several. */
function masked({ op, left, right }: MatchStatement): string | undefined {
  if (left.kind !== 'binary' || left.op !== '&' || (op !== '==' && op !== '!=')) return undefined;
  const mask = severalFlags(left.right);
  const value = flags(right);
  if (mask === undefined || value === undefined) return undefined;
  return `${printExpression(left.left)} ${op === '!=' ? '!= ' : ''}${value} / ${mask}`;
}

/**
 * Several flags as the whole value of a comparison: of a byte that is a number without a name, of wider words the flags
 * with a bar between them.
 */
function wholeValue(right: Expression): string {
  const several = severalFlags(right) !== undefined && right.kind === 'number' && right.type === 'tcp_flag';
  return several ? `0x${right.value.toString(16)}` : printExpression(right);
}

/** Whether “==” is written: of flags it is no matter of course, and behind an operator it parts the sides (must_print_eq_op). */
function writesEquals({ left, right }: MatchStatement): boolean {
  if (left.kind === 'binary') return true;
  return right.kind === 'number' && isFlags(right.type) && (right.type === 'tcp_flag' || severalFlags(right) === undefined);
}

/** @returns a value to set as a listing prints it: flags with commas. */
export function printSetValue(value: Expression): string {
  return severalFlags(value) ?? printExpression(value);
}

/** @returns a comparison as `nft list ruleset` prints it. */
export function printMatch(match: MatchStatement): string {
  const { op, left, right } = match;
  const mask = masked(match);
  if (mask !== undefined) return mask;
  const side = printExpression(left);
  if (op === 'in') return `${side} ${flags(right) ?? printExpression(right)}`;
  if (op === '!') return `${side} ! ${flags(right) ?? printExpression(right)}`;
  const between = op === '==' ? (writesEquals(match) ? ' ==' : '') : ` ${op}`;
  return `${side}${between} ${wholeValue(right)}`;
}
