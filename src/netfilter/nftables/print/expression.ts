import type { BinaryExpression, Element, ElementData, Elements, Expression, NumberConstant, Verdict } from '../ast.js';
import { printCt } from '../expressions/ct.js';
import { printJhash, printNumgen, printSymhash } from '../expressions/generators.js';
import { printMeta, printTunnel } from '../expressions/meta.js';
import { printExthdr, printOption } from '../expressions/options.js';
import { printPayload, printRawPayload } from '../expressions/payload.js';
import { printFib, printRt } from '../expressions/routes.js';
import { printIpsec, printOsf, printSocket } from '../expressions/sockets.js';
import { formatDuration } from '../types/clock.js';
import { isFlags } from '../types/data-types.js';
import { printConstant } from '../types/print-constant.js';

const PRECEDENCE: Readonly<Record<BinaryExpression['op'], number>> = { '|': 1, '^': 2, '&': 3, '<<': 4, '>>': 4 };

/** An operand; in parentheses where it binds less (binop_arg_print). */
function operand(expr: Expression, than: BinaryExpression['op']): string {
  const text = printExpression(expr);
  const several = expr.kind === 'number' && isFlags(expr.type) && text.includes(' | ');
  const weaker = expr.kind === 'binary' && PRECEDENCE[expr.op] < PRECEDENCE[than];
  return weaker || (several && than !== '|') ? `(${text})` : text;
}

/** Bits of `integer` next to an operator are hexadecimal where the field is raw. */
function binary({ op, left, right }: BinaryExpression): string {
  return `${operand(left, op)} ${op} ${operand(right, op)}`;
}

/** @returns a verdict, as nft prints it: `accept`, `jump web`. */
export function printVerdict(verdict: Verdict): string {
  if (verdict.kind !== 'jump' && verdict.kind !== 'goto') return verdict.kind;
  return `${verdict.kind} ${typeof verdict.chain === 'string' ? verdict.chain : '{ … }'}`;
}

function elementData(data: ElementData): string {
  return data.kind === 'verdict' ? printVerdict(data.verdict) : printExpression(data);
}

/** What prints the statements that an element carries: given by who knows statements. */
export type StatementPrinter = (statement: NonNullable<Element['statements']>[number]) => string;

/** One element as a listing prints it. */
export function printElement(element: Element, print: StatementPrinter): string {
  const { key, data, timeout, expires, comment, statements = [] } = element;
  let text = printExpression(key);
  for (const statement of statements) text += ` ${print(statement)}`;
  if (timeout !== undefined) text += ` timeout ${formatDuration(timeout * 1000)}`;
  if (expires !== undefined) text += ` expires ${formatDuration(expires * 1000)}`;
  if (comment !== undefined) text += ` comment "${comment}"`;
  return data === undefined ? text : `${text} : ${elementData(data)}`;
}

function noStatement(): string {
  return '';
}

/** The elements of an anonymous set, on one line. */
export function printElements(elements: Elements, print: StatementPrinter = noStatement): string {
  if (elements.kind === 'list') return elements.of.map((element) => printElement(element, print)).join(', ');
  return Array.from({ length: elements.lo.length }, (_, i) => printInterval(elements, i)).join(', ');
}

/** The constant that a number of a type stands for. */
function valueOf(type: NumberConstant['type'], value: number | bigint): Expression {
  if (type === 'ipv4_addr' || type === 'ipv6_addr') return { kind: 'address', ip: value };
  return { kind: 'number', value, type };
}

/** The length of the prefix that two bounds are, where they are one. */
function prefixLength(lo: number | bigint, hi: number | bigint, bits: number): number | undefined {
  const size = BigInt(hi) - BigInt(lo) + 1n;
  const isPower = (size & (size - 1n)) === 0n;
  return isPower && BigInt(lo) % size === 0n ? bits - (size.toString(2).length - 1) : undefined;
}

/** One interval of a column: an address range that is a prefix is printed so. */
export function printInterval({ type, lo, hi }: Elements & { kind: 'intervals' }, i: number): string {
  const [from, to] = [lo[i]!, hi[i]!];
  const first = printExpression(valueOf(type, from));
  if (from === to) return first;
  const bits = type === 'ipv4_addr' ? 32 : type === 'ipv6_addr' ? 128 : undefined;
  const length = bits === undefined ? undefined : prefixLength(from, to, bits);
  return length === undefined ? `${first}-${printExpression(valueOf(type, to))}` : `${first}/${length}`;
}

/** @returns an expression as `nft list ruleset` prints it. */
export function printExpression(expr: Expression): string {
  switch (expr.kind) {
    case 'number':
    case 'address':
    case 'name':
      return printConstant(expr);
    case 'payload':
      return printPayload(expr);
    case 'raw payload':
      return printRawPayload(expr);
    case 'exthdr':
      return printExthdr(expr);
    case 'tcp option':
    case 'ip option':
    case 'sctp chunk':
    case 'dccp option':
    case 'raw tcp option':
      return printOption(expr);
    case 'meta':
      return printMeta(expr);
    case 'tunnel':
      return printTunnel(expr);
    case 'ct':
      return printCt(expr);
    case 'rt':
      return printRt(expr);
    case 'fib':
      return printFib(expr);
    case 'socket':
      return printSocket(expr);
    case 'osf':
      return printOsf(expr);
    case 'ipsec':
      return printIpsec(expr);
    case 'numgen':
      return printNumgen(expr);
    case 'jhash':
      return printJhash(expr, printExpression);
    case 'symhash':
      return printSymhash(expr);
    case 'binary':
      return binary(expr);
    case 'concat':
      return expr.parts.map(printExpression).join(' . ');
    case 'prefix':
      return `${printConstant(expr.value)}/${expr.length}`;
    case 'range':
      return `${printConstant(expr.from, true)}-${printConstant(expr.to, true)}`;
    case 'set':
      return `{ ${printElements(expr.elements)} }`;
    case 'set reference':
      return `@${expr.name}`;
    case 'map':
      return `${printExpression(expr.key)} map ${printExpression(expr.data)}`;
    case 'wildcard':
      return '*';
  }
}
