import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMachine, exploreFlow, traceFlow, traceSides, type Machine } from '../../../src/datapath/index.js';
import type { Outcome } from '../../../src/model/trace.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const SIZES = [1, 8, 20, 50, 1000] as const;

type Tables = Readonly<Record<string, readonly string[]>>;

const machineOf = (iptables: Tables): Machine => createMachine(buildHost(lab({ iptables })));
const times = (n: number, line: (i: number) => string): string[] => Array.from({ length: n }, (_, i) => line(i));

/** Every kind of match that no snapshot tells. */
const UNTOLD = [
  '-m limit --limit 1/sec',
  '-m hashlimit --hashlimit-upto 5/sec --hashlimit-name x',
  '-m connlimit --connlimit-above 3 --connlimit-mask 32',
  '-m connbytes --connbytes 1000 --connbytes-dir both --connbytes-mode bytes',
  '-m quota --quota 1000',
  '-m statistic --mode random --probability 0.5',
  '-m recent --rcheck --name seen --rsource',
  '-m time --timestart 08:00 --timestop 18:00',
  '-m set --match-set nowhere src',
  '-m foo9',
];

describe('what decides nothing is not asked', () => {
  test.each(UNTOLD)('%s, however often', (match) => {
    for (const n of SIZES) {
      const { trace, sides } = exploreFlow(machineOf({ filter: times(n, () => `-A FORWARD -i docker0 ${match} -j LOG`) }), out);
      expect([n, trace.outcome, trace.assumptions, sides.length]).toEqual([n, 'leaves-host', [], 1]);
      const noted = trace.steps.flatMap((step) => (step.kind === 'table' ? [...step.hits, ...(step.besides ?? [])] : []));
      expect([noted.length, noted.every((hit) => hit.possible === true)]).toEqual([n, true]);
    }
  });

  const shapes: readonly (readonly [string, (n: number) => Tables])[] = [
    ['NFLOG', (n) => ({ filter: times(n, () => '-A FORWARD -i docker0 -m limit --limit 1/s -j NFLOG') })],
    ['no target', (n) => ({ filter: times(n, () => '-A FORWARD -i docker0 -m limit --limit 1/s') })],
    ['ACCEPT before a policy of ACCEPT', (n) => ({ filter: times(n, () => '-A FORWARD -i docker0 -m limit --limit 1/s -j ACCEPT') })],
    [
      'DROP before a policy of DROP',
      (n) => ({ filter: ['-P FORWARD DROP', ...times(n, (i) => `-A FORWARD -i docker0 -m foo${i} -j DROP`)] }),
    ],
    ['RETURN at the end', (n) => ({ filter: times(n, () => '-A FORWARD -i docker0 -m limit --limit 1/s -j RETURN') })],
    [
      'a chain that logs and returns',
      (n) => ({
        filter: [
          '-N L',
          '-A L -m limit --limit 1/s -j RETURN',
          '-A L -j LOG',
          ...times(n, (i) => `-A FORWARD -i docker0 -m recent --rcheck --name r${i} -j L`),
        ],
      }),
    ],
    [
      'marks that nobody reads',
      (n) => ({ mangle: times(n, (i) => `-A FORWARD -i docker0 -m limit --limit 1/s -j MARK --set-xmark ${i + 1}/0xffffffff`) }),
    ],
    [
      'bits of a mark that nobody reads',
      (n) => ({
        mangle: times(n, () => '-A FORWARD -i docker0 -m limit --limit 1/s -j MARK --set-xmark 0x10/0x10'),
        filter: ['-A FORWARD -i docker0 -m mark --mark 0x20/0x20 -j DROP'],
      }),
    ],
    [
      "a connection's mark that nobody reads",
      (n) => ({ mangle: times(n, () => '-A FORWARD -i docker0 -m limit --limit 1/s -j CONNMARK --save-mark') }),
    ],
    [
      'nested chains',
      (n) => ({
        filter: [
          ...times(n, (i) => `-N C${i}`),
          '-A FORWARD -i docker0 -m limit --limit 1/s -j C0',
          ...times(n - 1, (i) => `-A C${i} -m limit --limit 1/s -j C${i + 1}`),
          `-A C${n - 1} -j LOG`,
        ],
      }),
    ],
  ];
  test.each(shapes)('%s', (_, tables) => {
    for (const n of SIZES) {
      const { trace, sides } = exploreFlow(machineOf(tables(n)), out);
      expect([n, trace.outcome, trace.assumptions, sides.length]).toEqual([
        n,
        tables(n)['filter']?.[0] === '-P FORWARD DROP' ? 'timeout' : 'leaves-host',
        [],
        1,
      ]);
    }
  });
});

describe('what decides is asked once', () => {
  test('of a thousand rules that may drop, two ways are walked', () => {
    const { trace, outcomes } = exploreFlow(
      machineOf({ filter: times(1000, (i) => `-A FORWARD -i docker0 -m recent --rcheck --name r${i} -j DROP`) }),
      out,
    );
    expect(outcomes).toEqual(['leaves-host', 'timeout']);
    expect(trace.reason).toBe(
      'it depends on whether the address is in the list r0 (-m recent --rcheck --name r0) (host/iptables-save.txt:5); `--assume recent=unlisted` gives leaves-host, recent=listed gives timeout',
    );
  });

  test('between a thousand that decide nothing', () => {
    const noise = times(500, () => '-A FORWARD -i docker0 -m limit --limit 1/s -j LOG');
    const { trace, outcomes } = exploreFlow(machineOf({ filter: [...noise, '-A FORWARD -i docker0 -m foo9 -j DROP', ...noise] }), out);
    expect(outcomes).toEqual(['leaves-host', 'timeout']);
    expect(trace.reason).toContain('(host/iptables-save.txt:505)');
    expect(trace.rules).toEqual([]);
  });

  test('a mark that is read: two ways, however many rules set it', () => {
    const mangle = times(60, () => '-A FORWARD -i docker0 -m limit --limit 1/s -j MARK --set-xmark 0x1/0xffffffff');
    const { trace, sides } = exploreFlow(machineOf({ mangle, filter: ['-A FORWARD -i docker0 -m mark --mark 0x1 -j DROP'] }), out);
    expect([trace.outcome, sides.length]).toEqual(['unknown', 2]);
  });

  test('more ways than are looked at end in unknown, with what there was too much of', () => {
    const nat = times(
      300,
      (i) => `-A POSTROUTING -p tcp -m statistic --mode random --probability 0.5 -j SNAT --to-source 192.0.2.10:${1000 + i}`,
    );
    const { outcome, exceeded } = traceFlow(machineOf({ nat }), out);
    expect([outcome, exceeded?.what, exceeded?.limit]).toEqual(['unknown', 'sides', 128]);
  });

  test('what the user answered is no question, and counts for none', () => {
    const filter = [
      '-P FORWARD DROP',
      ...times(200, (i) => `-A FORWARD -i docker0 -m recent --rcheck --name r${i} -j DROP`),
      '-A FORWARD -j ACCEPT',
    ];
    const machine = createMachine(buildHost(lab({ iptables: { filter } })), { assume: new Map([['recent', ['unlisted']]]) });
    const { outcome, assumptions } = traceFlow(machine, out);
    expect([outcome, assumptions.length, assumptions.every((a) => a.given)]).toEqual(['leaves-host', 200, true]);
  });
});

/** A rule whose match is not told, or one that is. */
interface Line {
  readonly chain: string;
  readonly open: boolean;
  readonly target: string;
}

/** Lines of a small filter: chains B and C are led to by one rule each, so that every rule is met at most once. */
const ruleSets: fc.Arbitrary<readonly Line[]> = fc
  .tuple(
    fc.array(
      fc.record({
        chain: fc.constantFrom('FORWARD', 'FORWARD', 'B', 'C'),
        open: fc.boolean(),
        target: fc.constantFrom(
          'ACCEPT',
          'DROP',
          'RETURN',
          'LOG',
          'REJECT',
          'MARK --set-xmark 0x1/0xffffffff',
          'MARK --set-xmark 0x0/0xffffffff',
          'M',
        ),
      }),
      { maxLength: 9 },
    ),
    fc.tuple(fc.nat(9), fc.boolean(), fc.constantFrom('-j', '-g')),
    fc.tuple(fc.nat(9), fc.boolean(), fc.constantFrom('-j', '-g')),
  )
  .map(([lines, [b, bOpen, bWay], [c, cOpen, cWay]]) => {
    const all: Line[] = lines.map((l) => ({ ...l, target: l.target === 'M' ? 'LOG' : l.target }));
    all.splice(b, 0, { chain: 'FORWARD', open: bOpen, target: `${bWay} B` });
    all.splice(c, 0, { chain: 'B', open: cOpen, target: `${cWay} C` });
    let opens = 0;
    return all.map((line) => ({ ...line, open: line.open && ++opens <= 5 }));
  });

const FROM_WEB = '-s 172.17.0.2/32';

/** @param told what each open rule comes to; absent: it is left open. */
function textOf(lines: readonly Line[], policy: string, told?: readonly boolean[]): Tables {
  let open = 0;
  const rules = lines.map(({ chain, open: isOpen, target }) => {
    const jump = target.startsWith('-') ? target : `-j ${target}`;
    const answer = isOpen ? told?.[open++] : true;
    if (answer === false) return `-A ${chain} -s 203.0.113.99/32 -j LOG`;
    return `-A ${chain} ${FROM_WEB}${answer === undefined ? ' -m foo9' : ''} ${jump}`;
  });
  const reader = [`-A FORWARD ${FROM_WEB} -m mark --mark 0x1 -j DROP`];
  return { filter: [`-P FORWARD ${policy}`, '-N B', '-N C', ...rules, ...reader] };
}

function allSides(n: number): readonly (readonly boolean[])[] {
  return Array.from({ length: 2 ** n }, (_, bits) => Array.from({ length: n }, (__, i) => ((bits >> i) & 1) === 1));
}

const places = (rules: readonly { readonly line: number }[]): readonly number[] => rules.map((hit) => hit.line);

describe('random rule sets', () => {
  test('come to what all their sides come to, walked one by one', () => {
    fc.assert(
      fc.property(ruleSets, fc.constantFrom('ACCEPT', 'DROP'), (lines, policy) => {
        const n = lines.filter((line) => line.open).length;
        const sides = allSides(n).map((told) => traceFlow(machineOf(textOf(lines, policy, told)), out));
        const outcomes = new Set<Outcome>(sides.map((side) => side.outcome));
        const machine = machineOf(textOf(lines, policy));
        const found = exploreFlow(machine, out);
        expect(new Set(found.outcomes)).toEqual(outcomes);
        expect(found.trace.outcome).toBe(outcomes.size === 1 ? [...outcomes][0] : 'unknown');
        // `foo9` usually does not match: the first side
        if (outcomes.size === 1) expect(places(found.trace.rules)).toEqual(places(sides[0]!.rules));
        // and each side's own rules are those of one way, but for what is only possible
        const ways = traceSides(machine, out);
        for (const side of sides) expect(ways.some((way) => agrees(way, side))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

type Way = ReturnType<typeof traceFlow>;

/** Whether a side's rules are those that a way foretells. */
function agrees(way: Way, side: Way): boolean {
  const besides = way.steps.flatMap((step) => (step.kind === 'table' ? (step.besides ?? []) : []));
  const sure = places(way.rules.filter((hit) => hit.possible !== true));
  const any = new Set(places([...way.rules, ...besides]));
  const real = places(side.rules);
  return way.outcome === side.outcome && real.every((line) => any.has(line)) && sure.every((line) => real.includes(line));
}
