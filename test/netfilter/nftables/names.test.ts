import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { parseNftRuleset } from '../../../src/snapshot/parsers/nft-ruleset.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const LONG = 'x'.repeat(255);
const [TOO_LONG, BROKEN] = ['x'.repeat(256), 'a\nb'];

/** What bears a name, around it. */
const TEXTS: Readonly<Record<string, (name: string) => string>> = {
  table: (name) => `table ip ${name} {\n}\n`,
  chain: (name) => `table ip t {\n\tchain ${name} {\n\t}\n}\n`,
  set: (name) => `table ip t {\n\tset ${name} {\n\t\ttype ipv4_addr\n\t}\n}\n`,
  map: (name) => `table ip t {\n\tmap ${name} {\n\t\ttype ipv4_addr : verdict\n\t}\n}\n`,
  counter: (name) => `table ip t {\n\tcounter ${name} {\n\t\tpackets 0 bytes 0\n\t}\n}\n`,
  flowtable: (name) => `table ip t {\n\tflowtable ${name} {\n\t\thook ingress priority 0\n\t\tdevices = { lo }\n\t}\n}\n`,
};
const DOCUMENTS: Readonly<Record<string, (name: string) => object>> = {
  table: (name) => ({ table: { family: 'ip', name } }),
  chain: (name) => ({ chain: { family: 'ip', table: 't', name } }),
  'chain of another table': (table) => ({ chain: { family: 'ip', table, name: 'c' } }),
  set: (name) => ({ set: { family: 'ip', table: 't', name, type: 'ipv4_addr' } }),
  rule: (chain) => ({ rule: { family: 'ip', table: 't', chain, expr: [] } }),
  counter: (name) => ({ counter: { family: 'ip', table: 't', name, packets: 0, bytes: 0 } }),
};

const problemsOf = (text: string): readonly string[] => parseNftRuleset(text, 'f').problems.map(({ message }) => message);

describe('names of tables, chains, sets and objects are those that the kernel takes', () => {
  it.each(Object.keys(TEXTS))('in text: a %s', (kind) => {
    const told = (name: string): readonly string[] => problemsOf(TEXTS[kind]!(name));
    expect([told('a-b.c/d'), told('_'), told(LONG)]).toEqual([[], [], []]);
    expect(told(TOO_LONG)[0]).toMatch(/^the name of an? \w+ is longer than 255 bytes: no kernel takes it$/);
    for (const bad of ['"a b"', '5', '::1', 'a*', 'a b', '$(id)', 'é']) expect([bad, told(bad).length > 0]).toEqual([bad, true]);
  });

  it.each(Object.keys(DOCUMENTS))('in JSON: a %s', (kind) => {
    const told = (name: string): readonly string[] => problemsOf(JSON.stringify({ nftables: [DOCUMENTS[kind]!(name)] }, undefined, 1));
    expect([told('a-b.c/d'), told('__proto__'), told(LONG)]).toEqual([[], [], []]);
    expect([told(TOO_LONG), told(BROKEN), told('')]).toEqual(
      ['is longer than 255 bytes', 'holds a control character', 'is empty'].map((fault) => [
        `a table, chain or set of nftables cannot be called this: the name ${fault}; what bears it is not read`,
      ]),
    );
  });
});

describe('a base chain that is not understood may drop what it likes', () => {
  const body = '\t\ttype filter hook forward priority 0; policy accept;\n\t\tdrop\n';
  const within = (head: string, rest = body): string => `table ip t {\n\t${head} {\n${rest}\t}\n}\n`;

  it.each([
    ['timeout', 'one that is understood', within('chain f')],
    ['unknown', 'another hook', within('chain f', body.replace('forward', 'forwarrd'))],
    ['unknown', 'another type', within('chain f', body.replace('type filter', 'type filtre'))],
    ['unknown', 'another priority', within('chain f', body.replace('0', 'zz'))],
    ['unknown', 'another word in its place', within('chaim f')],
    ['unknown', 'a name of two words', within('chain a b')],
    ['unknown', 'a name that is too long', within(`chain ${TOO_LONG}`)],
    ['unknown', 'a table of another family', within('chain f').replace('table ip ', 'table ipx ')],
    ['unknown', 'a table of two words', within('chain f').replace('table ip t', 'table ip t u')],
    ['unknown', 'a file beside', `include "/etc/more.nft"\n${within('chain g', '')}`],
    ['leaves-host', 'a set, which hangs in no hook', within('set s', '\t\ttype what_type\n')],
  ])('%s: %s', (outcome, _, text) => {
    const host = buildHost(lab({ files: { 'nft-ruleset.txt': text } }));
    expect(traceFlow(createMachine(host), { from: 'web', to: '203.0.113.8', dport: 443 }).outcome).toBe(outcome);
  });
});

describe('what a refused name would have decided is unknown', () => {
  const base = { family: 'ip', table: 't', name: 'f', type: 'filter', hook: 'forward', prio: -5, policy: 'accept' };
  const table = { table: { family: 'ip', name: 't' } };
  const drop = (chain: string): object => ({ rule: { family: 'ip', table: 't', chain, expr: [{ drop: null }] } });
  const to = (chain: string): object => ({ rule: { family: 'ip', table: 't', chain: 'f', expr: [{ jump: { target: chain } }] } });
  const inSet = (set: string): object => ({
    rule: {
      family: 'ip',
      table: 't',
      chain: 'f',
      expr: [{ match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: `@${set}` } }, { drop: null }],
    },
  });

  it.each([
    ['a chain that is jumped to', [{ chain: base }, { chain: { ...base, name: BROKEN, hook: undefined } }, drop(BROKEN), to(BROKEN)]],
    ['a base chain', [{ chain: { ...base, name: BROKEN } }, drop(BROKEN)]],
    [
      'a set',
      [{ chain: base }, { set: { family: 'ip', table: 't', name: BROKEN, type: 'ipv4_addr', elem: ['172.17.0.2'] } }, inSet(BROKEN)],
    ],
  ])('%s', (_, entries) => {
    const { data, problems } = parseNftRuleset(JSON.stringify({ nftables: [table, ...entries] }), 'host/nft-ruleset.json');
    expect(problems.length).toBeGreaterThan(0);
    const host = buildHost(lab({ files: { 'nft-ruleset.json': JSON.stringify({ nftables: [table, ...entries] }) } }));
    expect(data.tables).toHaveLength(1);
    expect(traceFlow(createMachine(host), { from: 'web', to: '203.0.113.8', dport: 443 }).outcome).toBe('unknown');
  });
});
