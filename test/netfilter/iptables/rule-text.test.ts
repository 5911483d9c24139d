import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleSpec } from '../../../src/model/netfilter.js';
import { canonicalRule, printRule } from '../../../src/netfilter/iptables/rule-print.js';
import { parseRule } from '../../../src/netfilter/iptables/rule-text.js';

const CHAINS: ReadonlySet<string> = new Set(['DOCKER', 'MY-CHAIN']);
const v4 = { family: 4, isChain: (name: string) => CHAINS.has(name) } as const;

function plain(spec: RuleSpec): object {
  const { matches, target, errors } = spec;
  return { matches, ...(target === undefined ? {} : { target }), errors };
}

const option = (flag: string, ...args: string[]) => ({ flag, negated: false, args });
const not = (flag: string, ...args: string[]) => ({ flag, negated: true, args });

/** Lines as iptables-save writes them, and what they say. */
const WRITTEN: readonly (readonly [line: string, spec: object])[] = [
  ['-A FORWARD', { matches: [], errors: [] }],
  ['-A FORWARD -j DOCKER', { matches: [], target: { name: 'DOCKER', goto: false, options: [] }, errors: [] }],
  ['-A FORWARD -g DOCKER', { matches: [], target: { name: 'DOCKER', goto: true, options: [] }, errors: [] }],
  [
    '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
    {
      matches: [{ module: '', options: [option('-s', '172.17.0.0/16'), not('-o', 'docker0')] }],
      target: { name: 'MASQUERADE', goto: false, options: [] },
      errors: [],
    },
  ],
  [
    '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
    {
      matches: [
        { module: '', options: [not('-i', 'docker0'), option('-p', 'tcp')] },
        { module: 'tcp', options: [option('--dport', '8080')] },
      ],
      target: { name: 'DNAT', goto: false, options: [option('--to-destination', '172.17.0.2:80')] },
      errors: [],
    },
  ],
  [
    '-A INPUT -p tcp -m tcp ! --tcp-flags SYN,ACK SYN -m set ! --match-set bad src,dst --return-nomatch -j DROP',
    {
      matches: [
        { module: '', options: [option('-p', 'tcp')] },
        { module: 'tcp', options: [not('--tcp-flags', 'SYN,ACK', 'SYN')] },
        { module: 'set', options: [not('--match-set', 'bad', 'src,dst'), option('--return-nomatch')] },
      ],
      target: { name: 'DROP', goto: false, options: [] },
      errors: [],
    },
  ],
  [
    '-A INPUT -m comment --comment "a \\"quoted\\" -j \\\\ back \\\'n it" -j ACCEPT',
    {
      matches: [{ module: 'comment', options: [option('--comment', 'a "quoted" -j \\ back \'n it')] }],
      target: { name: 'ACCEPT', goto: false, options: [] },
      errors: [],
    },
  ],
  [
    '-A INPUT -m comment --comment -j -j LOG --log-prefix "in: " --log-level 7',
    {
      matches: [{ module: 'comment', options: [option('--comment', '-j')] }],
      target: { name: 'LOG', goto: false, options: [option('--log-prefix', 'in: '), option('--log-level', '7')] },
      errors: [],
    },
  ],
  [
    '-A INPUT -m u32 --u32 "0x0>>0x16&0x3c@0xc>>0x1a&0x3c=0x0" -j DROP',
    {
      matches: [{ module: 'u32', options: [option('--u32', '0x0>>0x16&0x3c@0xc>>0x1a&0x3c=0x0')] }],
      target: { name: 'DROP', goto: false, options: [] },
      errors: [],
    },
  ],
  [
    '-A INPUT -m foo --bar 1 2 ! --flag --baz x -j DROP',
    {
      matches: [{ module: 'foo', options: [option('--bar', '1', '2'), not('--flag'), option('--baz', 'x')] }],
      target: { name: 'DROP', goto: false, options: [] },
      errors: ['unknown match foo'],
    },
  ],
  [
    '-A INPUT -p tcp -j FROB --level 3 --fast',
    {
      matches: [{ module: '', options: [option('-p', 'tcp')] }],
      target: { name: 'FROB', goto: false, options: [option('--level', '3'), option('--fast')] },
      errors: ['unknown target FROB'],
    },
  ],
];

/** Lines of other hands: read alike, and printed back as they stood. */
const SPELT_OTHERWISE: readonly (readonly [line: string, canonical: string])[] = [
  ['-A INPUT -p tcp --dport 22 -j ACCEPT', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT'],
  ['-A INPUT  -m  physdev  --physdev-is-bridged -j ACCEPT', '-A INPUT -m physdev --physdev-is-bridged -j ACCEPT'],
  ['-A INPUT -j DROP -p udp', '-A INPUT -p udp -j DROP'],
  ['-A INPUT -m comment --comment a.b -j DROP', '-A INPUT -m comment --comment "a.b" -j DROP'],
  ['-A INPUT -p tcp -m tcp --dport=22 -j ACCEPT', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT'],
  ['-A INPUT -c 10 20 -j ACCEPT', '-A INPUT -j ACCEPT'],
  ['-A INPUT -m tcp -p tcp -s 1.2.3.4 --dport 1 -j ACCEPT', '-A INPUT -m tcp --dport 1 -p tcp -s 1.2.3.4 -j ACCEPT'],
];

/** Lines with a mistake, and what is said of it. */
const WRONG: readonly (readonly [line: string, errors: readonly string[]])[] = [
  ['-A INPUT -p tcp -m tcp --dport', ['--dport lacks its value']],
  ['-A INPUT --dport 80 -j DROP', ['--dport is not an option of iptables']],
  ['-A INPUT -m conntrack --state NEW -j DROP', ['--state is not an option of -m conntrack']],
  ['-A INPUT -j ACCEPT -j DROP', ['a second target DROP']],
  ['-A INPUT -j', ['-j lacks its name', 'unknown target ']],
  ['-A INPUT stray -j DROP', ['unexpected "stray"']],
  ['-A INPUT -j DROP !', ['"!" without an option']],
  ['-A INPUT ! -m mark --mark 0x1 -j DROP', ['"!" does not go before -m']],
  ['-A INPUT -s 192.0.2.1/32 ! -j DROP', ['"!" does not go before -j']],
  ['-A INPUT -m comment --comment "open -j DROP', ['a quote is not closed']],
  ['-A INPUT -j NOCHAIN', ['unknown target NOCHAIN']],
];

describe('parseRule', () => {
  test.each(WRITTEN)('%s', (line, spec) => {
    const parsed = parseRule(line, v4);
    expect(plain(parsed.spec)).toEqual(spec);
    expect(parsed.spec.spelling).toBeUndefined();
    expect(printRule(parsed.chain, parsed.spec)).toBe(line);
  });

  test.each(SPELT_OTHERWISE)('%s', (line, canonical) => {
    const parsed = parseRule(line, v4);
    expect(parsed.spec.errors).toEqual([]);
    expect(canonicalRule(parsed.chain, parsed.spec)).toBe(canonical);
    expect(printRule(parsed.chain, parsed.spec)).toBe(line);
  });

  test.each(WRONG)('%s', (line, errors) => {
    const parsed = parseRule(line, v4);
    expect(parsed.spec.errors).toEqual(errors);
    expect(printRule(parsed.chain, parsed.spec)).toBe(line);
  });

  test('an unknown name is a chain where the chains are not known', () => {
    expect(parseRule('-A INPUT -j NOCHAIN', { family: 4 }).spec.errors).toEqual([]);
  });

  test('a line longer than any that iptables reads is not taken apart, and prints back', () => {
    const line = `-A INPUT ${'-m tcp '.repeat(10_000)}`;
    const { chain, spec } = parseRule(line, v4);
    expect(plain(spec)).toEqual({ matches: [], errors: ['longer than 10240 characters'] });
    expect(printRule(chain, spec)).toBe(line);
  });

  test('a match of the other family is unknown', () => {
    expect(parseRule('-A INPUT -m ttl --ttl-eq 1', { family: 6 }).spec.errors).toEqual(['unknown match ttl']);
  });
});

const word = fc.stringMatching(/^[A-Za-z0-9_.:,/+-]{1,12}$/).filter((text) => !/^--?[A-Za-z]/.test(text));
const text = fc.string({ unit: 'binary', minLength: 0, maxLength: 20 }).filter((s) => !/[\n\r\0]/.test(s));
const negated = fc.boolean();
const core = fc.record({ flag: fc.constantFrom('-s', '-d', '-i', '-o'), negated, args: fc.tuple(word) });
const modules = fc.oneof(
  fc.record({
    module: fc.constant('comment'),
    options: fc.tuple(fc.record({ flag: fc.constant('--comment'), negated: fc.constant(false), args: fc.tuple(text) })),
  }),
  fc.record({
    module: fc.constant('tcp'),
    options: fc.array(fc.record({ flag: fc.constantFrom('--sport', '--dport'), negated, args: fc.tuple(word) }), { minLength: 1 }),
  }),
  fc.record({
    module: fc.constant('nosuch'),
    options: fc.array(fc.record({ flag: fc.constantFrom('--a', '--b-c'), negated, args: fc.array(text) }), { minLength: 1 }),
  }),
);
const target = fc.oneof(
  fc.record({ name: fc.constantFrom('ACCEPT', 'DOCKER'), goto: fc.constant(false), options: fc.constant([]) }),
  fc.record({
    name: fc.constant('LOG'),
    goto: fc.constant(false),
    options: fc.tuple(fc.record({ flag: fc.constant('--log-prefix'), negated: fc.constant(false), args: fc.tuple(text) })),
  }),
);
const rule = fc.record({
  matches: fc.tuple(fc.array(core, { minLength: 1 }), fc.array(modules)).map(([options, rest]) => [{ module: '', options }, ...rest]),
  target,
});

describe('round trip', () => {
  test('a rule that is printed and read again says the same', () => {
    fc.assert(
      fc.property(rule, (made) => {
        const line = canonicalRule('INPUT', { ...made, errors: [] });
        const { chain, spec } = parseRule(line, v4);
        expect(chain).toBe('INPUT');
        expect({ matches: spec.matches, target: spec.target }).toEqual(made);
        expect(printRule(chain, spec)).toBe(line);
      }),
    );
  });

  test('any line at all prints back as it was read', () => {
    const pieces = fc.array(fc.oneof(word, text, fc.constantFrom('-j', '-m', '!', '--dport', '-p', 'tcp', '"', '\\', '  ', 'DROP')), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, (words) => {
        const line = `-A INPUT ${words.join(' ')}`;
        const { chain, spec } = parseRule(line, v4);
        expect(printRule(chain, spec)).toBe(line);
      }),
    );
  });
});
