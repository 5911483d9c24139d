import { and, arithmetic, exact, exactly, isBetween, or, readWord, shiftLeft, shiftRight, xor, type Word } from './partial-word.js';
import type { KnownBytes } from '../predicate/predicate.js';

/** One instruction of a classic BPF program (struct sock_filter). */
export interface BpfInstruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** How a program ended: its return value, or undefined where bytes not known decide. */
type Verdict = boolean | undefined;

const MAX_INSTRUCTIONS = 64;
const SCRATCH = 16;
/** SKF_LL_OFF, SKF_NET_OFF and SKF_AD_OFF (linux/filter.h) as unsigned numbers. */
const NET_OFF = 0xfff00000;
const AD_OFF = 0xfffff000;

const RET_K = 0x06;
const RET_A = 0x16;
const LOADS = [0x00, 0x01, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x61, 0x80, 0x81, 0xb1];
const ALU = [0x04, 0x14, 0x24, 0x34, 0x44, 0x54, 0x64, 0x74, 0x94, 0xa4].flatMap((code) => [code, code | 8]);
const JUMPS = [0x15, 0x25, 0x35, 0x45].flatMap((code) => [code, code | 8]);
const CODES: ReadonlySet<number> = new Set([...LOADS, ...ALU, ...JUMPS, 0x02, 0x03, 0x84, 0x05, RET_K, RET_A, 0x07, 0x87]);

function isSound({ code, jt, jf, k }: BpfInstruction, index: number, count: number): boolean {
  if (!CODES.has(code)) return false;
  if (code === 0x05) return index + 1 + k < count;
  if ((code & 7) === 5) return index + 1 + Math.max(jt, jf) < count;
  if (code === 0x34 || code === 0x94) return k !== 0;
  if (code === 0x64 || code === 0x74) return k < 32;
  return ![0x60, 0x61, 0x02, 0x03].includes(code) || k < SCRATCH;
}

/** `%hu %hhu %hhu %u` (bpf_parse_string): what is too large wraps, and what stands behind the last number is not looked at. */
function instruction(text: string): BpfInstruction | undefined {
  const numbers = /^\s*([+-]?\d+)\s+([+-]?\d+)\s+([+-]?\d+)\s+([+-]?\d+)/.exec(text)?.slice(1).map(BigInt) ?? [];
  const [code, jt, jf, k] = [16, 8, 8, 32].map((bits, at) =>
    numbers[at] === undefined ? undefined : Number(BigInt.asUintN(bits, numbers[at])),
  );
  return code === undefined || jt === undefined || jf === undefined || k === undefined ? undefined : { code, jt, jf, k };
}

/** @returns a program as iptables-save prints it (bpf_print_code). */
export function printBytecode(program: readonly BpfInstruction[]): string {
  return [program.length, ...program.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`)].join(',');
}

/** @returns the program of `COUNT,code jt jf k,…`, or undefined where the kernel would refuse it (bpf_check_classic). */
export function parseBytecode(text: string): readonly BpfInstruction[] | undefined {
  const [count, ...words] = text.replace(/,\s*$/, '').split(',');
  const program = words.map(instruction).filter((one) => one !== undefined);
  if (program.length !== words.length || program.length !== Number(count) || program.length > MAX_INSTRUCTIONS) return undefined;
  const last = program.at(-1)?.code;
  if (last !== RET_K && last !== RET_A) return undefined;
  return program.every((one, index) => isSound(one, index, program.length)) ? program : undefined;
}

const OPERATIONS: Readonly<Record<number, (a: Word, b: Word) => Word>> = {
  0x00: (a, b) => arithmetic(a, b, (x, y) => x + y),
  0x10: (a, b) => arithmetic(a, b, (x, y) => x - y),
  0x20: (a, b) => arithmetic(a, b, Math.imul),
  0x30: (a, b) => arithmetic(a, b, (x, y) => Math.floor(x / y)),
  0x40: or,
  0x50: and,
  0x60: (a, b) => (exactly(b) === undefined ? arithmetic(a, b, Math.max) : shiftLeft(a, b.value & 31)),
  0x70: (a, b) => (exactly(b) === undefined ? arithmetic(a, b, Math.max) : shiftRight(a, b.value & 31)),
  0x90: (a, b) => arithmetic(a, b, (x, y) => x % y),
  0xa0: xor,
};

function condition(code: number, a: Word, b: Word): boolean | undefined {
  const operation = code & 0xf0;
  if (operation === 0x40) {
    const zero = isBetween(and(a, b), 0, 0);
    return zero === undefined ? undefined : !zero;
  }
  const right = exactly(b);
  if (right === undefined) return undefined;
  if (operation === 0x10) return isBetween(a, right, right);
  return isBetween(a, operation === 0x20 ? right + 1 : right, 0xffffffff);
}

/** Runs one program over one packet; jumps only go forward, so that it ends. */
class Machine {
  private a: Word = exact(0);
  private x: Word = exact(0);
  private readonly scratch: Word[] = Array.from({ length: SCRATCH }, () => exact(0));

  constructor(
    private readonly program: readonly BpfInstruction[],
    private readonly packet: KnownBytes,
  ) {}

  run(): Verdict {
    for (let at = 0; ;) {
      const step = this.program[at++];
      if (step === undefined) return undefined;
      if (step.code === RET_K) return step.k !== 0;
      if (step.code === RET_A) return this.returnA();
      if ((step.code & 7) === 5) {
        const jump = this.jump(step);
        if (jump === undefined) return undefined;
        at += jump;
      } else {
        const ended = this.execute(step);
        if (ended !== 'on') return ended;
      }
    }
  }

  private returnA(): Verdict {
    const zero = isBetween(this.a, 0, 0);
    return zero === undefined ? undefined : !zero;
  }

  private operand({ code, k }: BpfInstruction): Word {
    return (code & 8) === 0 ? exact(k) : this.x;
  }

  private jump(step: BpfInstruction): number | undefined {
    if (step.code === 0x05) return step.k;
    const answer = condition(step.code, this.a, this.operand(step));
    return answer === undefined ? undefined : answer ? step.jt : step.jf;
  }

  private execute(step: BpfInstruction): Verdict | 'on' {
    const { code, k } = step;
    switch (code & 7) {
      case 0:
      case 1:
        return this.load(step);
      case 2:
        this.scratch[k] = this.a;
        return 'on';
      case 3:
        this.scratch[k] = this.x;
        return 'on';
      case 4:
        return this.alu(step);
      default:
        if (code === 0x07) this.x = this.a;
        else this.a = this.x;
        return 'on';
    }
  }

  private alu(step: BpfInstruction): Verdict | 'on' {
    const operation = step.code & 0xf0;
    if (operation === 0x80) {
      this.a = arithmetic(exact(0), this.a, (zero, a) => zero - a);
      return 'on';
    }
    const operand = this.operand(step);
    if (operation === 0x30 || operation === 0x90) {
      const zero = isBetween(operand, 0, 0);
      if (zero !== false) return zero === undefined ? undefined : false;
    }
    const apply = OPERATIONS[operation];
    if (apply === undefined) return undefined;
    this.a = apply(this.a, operand);
    return 'on';
  }

  private load(step: BpfInstruction): Verdict | 'on' {
    const value = this.loaded(step);
    if (typeof value !== 'object') return value;
    if ((step.code & 7) === 0) this.a = value;
    else this.x = value;
    return 'on';
  }

  /** The word that a load reads; false where the packet is too short, which ends the program with 0. */
  private loaded({ code, k }: BpfInstruction): Word | Verdict {
    const size = (code & 0x18) === 0 ? 4 : (code & 0x18) === 0x08 ? 2 : 1;
    switch (code & 0xe0) {
      case 0x00:
        return exact(k);
      case 0x20:
        return this.fetch(k, size);
      case 0x40: {
        const x = exactly(this.x);
        return x === undefined ? undefined : this.fetch((x + k) >>> 0, size);
      }
      case 0x60:
        return this.scratch[k] ?? exact(0);
      case 0x80:
        return exact(this.packet.bytes.length);
      default: {
        const byte = this.fetch(k, 1);
        return typeof byte === 'object' ? shiftLeft(and(byte, exact(0xf)), 2) : byte;
      }
    }
  }

  private fetch(offset: number, size: 1 | 2 | 4): Word | Verdict {
    if (offset < 0x80000000) return readWord(this.packet, offset, size) ?? false;
    if (offset >= AD_OFF || offset < NET_OFF) return undefined;
    return readWord(this.packet, offset - NET_OFF, size) ?? false;
  }
}

/** @returns whether the program returns other than 0 for the packet, undefined where bytes not known decide. */
export function runBytecode(program: readonly BpfInstruction[], packet: KnownBytes): boolean | undefined {
  return new Machine(program, packet).run();
}
