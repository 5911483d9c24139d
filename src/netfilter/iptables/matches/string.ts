import type { RuleOption } from '../../../model/netfilter.js';
import { utf8 } from '../../../address/utf8.js';
import type { MatchExtension, OptionSyntax } from '../extension.js';
import { U16, arg, checkFlags, fail, find, unsigned, written } from '../options.js';
import { negateIf, type KnownBytes } from '../../predicate/predicate.js';
import type { Form } from '../grammar/form.js';
import { inKernel, number, oneOf } from '../grammar/values.js';

const syntax: OptionSyntax = { '--from': 1, '--to': 1, '--algo': 1, '--icase': 0, '--string': 1, '--hex-string': 1 };
const MAX_PATTERN = 128;

/** Reads text with bytes between bars: `GET|0d 0a|`, one space behind each; a backslash takes the next character as it is (parse_hex_string). */
function hexPattern(option: RuleOption): Uint8Array {
  const out: number[] = [];
  const text = String.fromCharCode(...utf8(arg(option)));
  let hexOpen = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '|') {
      hexOpen = !hexOpen;
      while (hexOpen && text.charAt(i + 1) === ' ') i++;
    } else if (!hexOpen) {
      if (char === '\\' && i + 1 >= text.length) return fail(option);
      out.push(text.charCodeAt(char === '\\' ? ++i : i));
    } else {
      const pair = text.slice(i, i + 2);
      if (!/^[\da-f]{2}$/i.test(pair)) return fail(option);
      out.push(Number.parseInt(pair, 16));
      i += text.charAt(i + 2) === ' ' ? 2 : 1;
    }
  }
  return hexOpen ? fail(option) : Uint8Array.from(out);
}

const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

/** Whether the pattern stands at `start`; undefined where bytes decide that are not known. */
function standsAt(packet: KnownBytes, start: number, pattern: Uint8Array, same: (a: number, b: number) => boolean): boolean | undefined {
  let sure = true;
  for (const [i, byte] of pattern.entries()) {
    if (!packet.known[start + i]) sure = false;
    else if (!same(packet.bytes[start + i] ?? -1, byte)) return false;
  }
  return sure ? true : undefined;
}

/** A match that begins before `to` and ends after it counts in some kernels only (skb_find_text before and since 6.5). */
function search(
  packet: KnownBytes,
  from: number,
  to: number,
  at: (start: number) => boolean | undefined,
  size: number,
): boolean | undefined {
  let answer: boolean | undefined = false;
  for (let start = from; start <= to && start + size <= packet.bytes.length; start++) {
    const found = at(start);
    if (found === true && start + size <= to) return true;
    if (found !== false) answer = undefined;
  }
  return answer;
}

/** Printable bytes stand as text, others make all of it hex (string_save). */
function asPrinted(options: readonly RuleOption[]): readonly RuleOption[] {
  return options.flatMap((option) => {
    if (option.flag === '--from' && option.args[0] === '0') return [];
    if (option.flag === '--to' && option.args[0] === '65535') return [];
    if (!option.flag.endsWith('string')) return [option];
    const bytes = option.flag === '--string' ? utf8(arg(option)) : hexPattern(option);
    if (bytes.every((byte) => byte >= 32 && byte < 127)) return [{ ...option, flag: '--string', args: [String.fromCharCode(...bytes)] }];
    const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return [{ ...option, flag: '--hex-string', args: [`|${digits}|`] }];
  });
}

const form: Form = {
  options: {
    '--string': { not: true, without: ['--hex-string'] },
    '--hex-string': { not: true },
    '--algo': { values: [inKernel(oneOf(['bm', 'kmp']))] },
    '--from': { values: [number(U16)] },
    '--to': { values: [number(U16)] },
    '--icase': {},
  },
  needs: [['--string', '--hex-string'], ['--algo']],
  print: asPrinted,
};

/** string_mt (xt_string.c): the pattern begins in `--from` to `--to`, counted from the network header. */
export const string: MatchExtension = {
  name: 'string',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax, ['--string', '--hex-string']);
    const text = find(options, '--string', '--hex-string') ?? fail({ flag: '--string', negated: false, args: [] });
    const algo = find(options, '--algo') ?? fail({ flag: '--algo', negated: false, args: [] });
    if (!['bm', 'kmp', 'fsm'].includes(arg(algo))) return fail(algo);
    if (options.filter((option) => option.flag.endsWith('string')).length > 1) return fail(text);
    const pattern = text.flag === '--string' ? utf8(arg(text)) : hexPattern(text);
    if (pattern.length === 0 || pattern.length > MAX_PATTERN) return fail(text);
    const bound = (flag: string, otherwise: number): number => {
      const option = find(options, flag);
      return option === undefined ? otherwise : unsigned(option, arg(option), U16);
    };
    const from = bound('--from', 0);
    const to = bound('--to', U16);
    if (from > to) return fail(text);
    const same = find(options, '--icase') === undefined ? Object.is : (a: number, b: number): boolean => lower(a) === lower(b);
    return negateIf(text.negated, {
      op: 'bytes',
      test: (packet) => search(packet, from, to, (start) => standsAt(packet, start, pattern, same), pattern.length),
      detail: written('-m string', [{ ...text, negated: false }]),
    });
  },
};
