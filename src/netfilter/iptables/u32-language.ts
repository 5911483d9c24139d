import { and, exact, exactly, isBetween, readWord, shiftLeft, shiftRight, type Word } from './partial-word.js';
import type { KnownBytes } from '../predicate/predicate.js';

type Operator = '&' | '<<' | '>>' | '@';

/** One `location = values` of `--u32`. */
export interface U32Test {
  readonly start: number;
  readonly steps: readonly { readonly operator: Operator; readonly number: number }[];
  readonly values: readonly (readonly [lo: number, hi: number])[];
}

const MAX_TESTS = 10;
const MAX_OPERANDS = 11;
const MAX_NUMBER = 0xffffffff;

function tokens(text: string): readonly string[] | undefined {
  const pattern = /\s*(&&|<<|>>|[&@=,:]|\+?(?:0x[\da-f]{1,8}|\d{1,11}))\s*/giy;
  const out: string[] = [];
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (found?.[1] === undefined) return undefined;
    out.push(found[1].replace(/^\+/, ''));
  }
  return out;
}

function isOperator(token: string | undefined): token is Operator {
  return token === '&' || token === '<<' || token === '>>' || token === '@';
}

class Reader {
  private next = 0;

  constructor(private readonly tokens: readonly string[]) {}

  get token(): string | undefined {
    return this.tokens[this.next];
  }

  take(token: string): boolean {
    if (this.token !== token) return false;
    this.next++;
    return true;
  }

  number(): number | undefined {
    const text = this.tokens[this.next++] ?? '';
    const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : /^[\dx]/i.test(text) ? Number(text) : Number.NaN;
    return value <= MAX_NUMBER ? value : undefined;
  }

  steps(): U32Test['steps'] | undefined {
    const steps: { operator: Operator; number: number }[] = [];
    for (let operator = this.token; isOperator(operator); operator = this.token) {
      this.next++;
      const number = this.number();
      if (number === undefined || ((operator === '<<' || operator === '>>') && number > 31)) return undefined;
      steps.push({ operator, number });
    }
    return steps.length < MAX_OPERANDS ? steps : undefined;
  }

  values(): U32Test['values'] | undefined {
    const values: [number, number][] = [];
    do {
      const lo = this.number();
      const hi = this.take(':') ? this.number() : lo;
      if (lo === undefined || hi === undefined) return undefined;
      values.push([lo, hi]);
    } while (this.take(','));
    return values.length <= MAX_OPERANDS ? values : undefined;
  }
}

/** @returns the tests that `&&` joins, or undefined where the text is none (u32_parse of iptables). */
export function parseU32(text: string): readonly U32Test[] | undefined {
  const reader = new Reader(tokens(text) ?? []);
  const tests: U32Test[] = [];
  do {
    const start = reader.number();
    const steps = reader.steps();
    const values = reader.take('=') ? reader.values() : undefined;
    if (start === undefined || steps === undefined || values === undefined) return undefined;
    tests.push({ start, steps, values });
  } while (reader.take('&&'));
  return reader.token === undefined && tests.length <= MAX_TESTS ? tests : undefined;
}

/** The value at a test's location: a word, 'short' where the packet ends before it, undefined where it lies at a place not known. */
function locate({ start, steps }: U32Test, packet: KnownBytes): Word | 'short' | undefined {
  let at = 0;
  let value = readWord(packet, start, 4);
  for (const { operator, number } of steps) {
    if (value === undefined) return 'short';
    if (operator === '@') {
      const offset = exactly(value);
      if (offset === undefined) return undefined;
      at += offset;
      value = readWord(packet, at + number, 4);
    } else if (operator === '&') value = and(value, exact(number));
    else value = operator === '<<' ? shiftLeft(value, number) : shiftRight(value, number);
  }
  return value ?? 'short';
}

function holds(test: U32Test, packet: KnownBytes): boolean | undefined {
  const word = locate(test, packet);
  if (word === 'short') return false;
  if (word === undefined) return undefined;
  const answers = test.values.map(([lo, hi]) => isBetween(word, lo, hi));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

/** u32_match_it (xt_u32.c), three-valued: undefined where bytes decide that are not known. */
export function evaluateU32(tests: readonly U32Test[], packet: KnownBytes): boolean | undefined {
  const answers = tests.map((test) => holds(test, packet));
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** @returns tests as iptables-save prints them (u32_dump). */
export function printU32(tests: readonly U32Test[]): string {
  return tests
    .map(({ start, steps, values }) => {
      const wanted = values.map(([lo, hi]) => (lo === hi ? hex(lo) : `${hex(lo)}:${hex(hi)}`)).join(',');
      return `${hex(start)}${steps.map(({ operator, number }) => `${operator}${hex(number)}`).join('')}=${wanted}`;
    })
    .join('&&');
}
