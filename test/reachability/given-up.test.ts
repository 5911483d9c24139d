import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/index.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { Toil } from '../../src/datapath/walk/toil.js';
import type { Host } from '../../src/model/host.js';
import { builtInRules } from '../../src/own-rules.js';
import { diffReachability, reachabilityMatrix } from '../../src/reachability/index.js';
import { checkPolicy } from '../../src/reachability/policy/engine.js';
import { initialPolicy } from '../../src/reachability/policy/init.js';
import { readPolicy } from '../../src/reachability/policy/read.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { folderFiles, recorded } from './hosts.js';

/** Chains that count in the packet's mark, so that no walk through them meets a state that it met before: they have no end. */
function withoutEnd(saved: string): string {
  const bits = Array.from({ length: 29 }, (_, i) => 29 - i);
  const carries = bits.map((bit) => `-A f39 -m mark --mark ${2 ** bit - 1}/${2 ** bit - 1} -j MARK --set-xmark ${2 ** bit}/0x0\n`).join('');
  const names = Array.from({ length: 40 }, (_, i) => i);
  const jumps = names
    .slice(0, 39)
    .map((i) => `-A f${i} -j f${i + 1}\n`.repeat(2))
    .join('');
  const own = `-A DOCKER-USER -j f0\n${jumps}${carries}-A f39 -j MARK --set-xmark 1/0x0\n-A DOCKER-USER -m mark --mark 7 -j DROP\n`;
  return saved
    .replace(':DOCKER-USER - [0:0]\n', (line) => line + names.map((i) => `:f${i} - [0:0]\n`).join(''))
    .replace(/(\*filter[\s\S]*?\n)COMMIT/, (_, rules: string) => `${rules}${own}COMMIT`);
}

const verdicts = (machine: Machine, body: string): readonly string[] =>
  checkPolicy(machine, readPolicy(`version: 1\nassertions:\n${body}`, 'p.yaml')).assertions.map(({ verdict }) => verdict);

describe('what was followed to no end may come to anybody', () => {
  const files = new Map(folderFiles('docker28-bridge'));
  files.set('host/iptables-save.txt', withoutEnd(files.get('host/iptables-save.txt') ?? ''));
  const machine = createMachine(loadFiles(files));

  it.each([
    ['deny: { from: 203.0.113.0/24, to: web }', 'undecided'],
    ['deny: { from: 203.0.113.0/24, to: web, ports: 80/tcp }', 'undecided'],
    ['deny: { from: 203.0.113.0/24, to: web, except: { ports: 80/tcp } }', 'undecided'],
    ['deny: { from: 203.0.113.0/24, to: any }', 'failed'],
    ['only: { from: [host, containers, lan], to: web, ports: 80/tcp }', 'failed'],
    ['allow: { from: 203.0.113.0/24, to: host, ports: 8080/tcp }', 'undecided'],
  ])('%s: %s', (assertion, verdict) => {
    expect(verdicts(machine, `  - name: it\n    ${assertion}\n`)).toEqual([verdict]);
  });
});

describe('where one question may cost little', () => {
  const within = (host: Host, work: number): Machine => createMachine(host, { toil: new Toil(work) });
  const work = [0, 3000];
  const cases = ['docker28-bridge'].flatMap((name) => work.map((most) => [name, most] as const));

  it.each(cases)('%s, %i: no cell of the matrix is another than with all that it takes, but for what is unknown', async (name, most) => {
    const host = await recorded(name);
    const [whole, part] = [createMachine(host), within(host, most)].map((machine) => reachabilityMatrix(machine));
    const reaches = [whole!, part!].map(({ cells, results }) => cells.map((row) => row.map((at) => results[at]!.reach)));
    const other = reaches[1]!.flatMap((row, s) =>
      row.flatMap((reach, v) => {
        const full = reaches[0]![s]![v]!;
        // open for some, and of the others nothing is known
        return reach === 'unknown' || reach === full || (reach === 'partial' && full === 'open') ? [] : [[s, v, full, reach]];
      }),
    );
    expect(other).toEqual([]);
  });

  it.each(cases)('%s, %i: no assertion comes to another verdict, but for undecided', async (name, most) => {
    const host = await recorded(name);
    const policy = initialPolicy(createMachine(host)).replace(/^version: 1\nassertions:\n/m, '');
    const body = `${policy}  - name: none from outside\n    deny: { from: outside, to: containers }\n`;
    const [full, part] = [createMachine(host), within(host, most)].map((machine) =>
      verdicts(machine, body.slice(body.indexOf('  - name'))),
    );
    expect(part!.filter((verdict, i) => verdict !== 'undecided' && verdict !== full![i])).toEqual([]);
  });

  it.each(cases)('%s, %i: no rule of an audit passes or finds what it does not with all that it takes', async (name, most) => {
    const host = await recorded(name);
    const [full, part] = [createMachine(host), within(host, most)].map((machine) => auditMachine(machine, builtInRules()).audit);
    const ids = ({ passed, notApplicable }: typeof full & object): ReadonlySet<string> =>
      new Set([...passed, ...notApplicable].map(({ rule }) => rule));
    const known = ids(full!);
    expect([...ids(part!)].filter((id) => !known.has(id))).toEqual([]);
    const objects = new Set(full!.findings.flatMap(({ rule, objects: of }) => of.map((one) => `${rule} ${one.name}`)));
    expect(
      part!.findings.flatMap(({ rule, objects: of }) => of.map((one) => `${rule} ${one.name}`)).filter((one) => !objects.has(one)),
    ).toEqual([]);
  });

  it('a change that may be hidden behind it is undecided', async () => {
    const host = await recorded('docker28-bridge');
    const files = new Map(folderFiles('docker28-bridge'));
    files.set('host/iptables-save.txt', (files.get('host/iptables-save.txt') ?? '').replace('--dport 8080', '--dport 8081'));
    const { changes } = diffReachability(within(host, 300), within(loadFiles(files), 300));
    expect(changes.some(({ kind }) => kind === 'undecided')).toBe(true);
  });

  it('a matrix of more cells than fit is refused with what to do', async () => {
    const machine = createMachine(await recorded('docker28-bridge'));
    expect(() => reachabilityMatrix(machine, { mostCells: 10 })).toThrow(
      /^[\d,]+ sources by [\d,]+ services are more than one matrix holds \(10 cells\): ask for some of them \(matrix --from, --to\)$/,
    );
  });
});
