import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/engine.js';
import { CASES, type Case } from './cases.js';
import { machineOf, recorded, RULES, type Files } from './hosts.js';

/** Files that rules of the audit look at, and those of one container. */
const FILES = [
  'host/iptables-save.txt',
  'host/ip-addr.json',
  'host/ip-route.json',
  'host/ss.txt',
  'host/sysctl.txt',
  'docker/containers.json',
  'docker/networks.json',
  'docker/info.json',
];

/** What a rule says of a host: never that nothing is there where it finds something on the whole host. */
function said(id: string, files: Files): string {
  const { audit } = auditMachine(
    machineOf(files),
    RULES.filter((rule) => rule.id === id),
  );
  const { findings, undetermined, notApplicable } = audit;
  const words = [
    ...(findings.some((f) => f.possible === undefined) ? ['proved'] : []),
    ...(findings.some((f) => f.possible !== undefined) ? ['possible'] : []),
    ...(undetermined.length > 0 ? ['undetermined'] : []),
  ];
  if (words.length > 0) return words.join('+');
  return notApplicable.length > 0 ? 'not applicable' : 'passed';
}

function host({ host: name, changes }: Case): Files {
  const files = recorded(name);
  for (const change of changes) change(files);
  return files;
}

/** The first host of each rule on which it finds something. */
const FIRING = [...new Map([...CASES].reverse().flatMap((one) => (one.found.length > 0 ? [[one.rule, one] as const] : []))).values()];
/** `PARTIAL=all`: every file for each rule, and the table of what is said then. Else two of the files for each. */
const ALL = process.env['PARTIAL'] === 'all';
const WIDTH = Math.max(...FIRING.map((one) => one.rule.length));

describe('what a rule that finds something says when a file is not there', () => {
  it('is never that there is nothing', async () => {
    const rows = FIRING.map((one, row) => {
      const whole = host(one);
      const told = FILES.map((file, i) => {
        if (!ALL && i !== row % FILES.length && i !== (row * 3 + 1) % FILES.length) return 'not asked';
        const files = new Map(whole);
        files.delete(file);
        return said(one.rule, files);
      });
      return { rule: one.rule, told };
    });
    const silent = rows.flatMap(({ rule, told }) =>
      told.flatMap((word, i) => (word === 'passed' || word === 'not applicable' ? [`${rule} without ${FILES[i]!}: ${word}`] : [])),
    );
    expect(silent).toEqual([]);
    if (!ALL) return;
    const table = [
      ...rows.map(({ rule, told }) => `${rule.padEnd(WIDTH)}  ${told.map((word) => word.padEnd(30)).join('')}`.trimEnd()),
      '',
      ...FILES.map((file, i) => `${i + 1}: without ${file}`),
    ];
    await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('golden/partial.txt');
  });
});
