import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { command, fill, operand, printCommand, printWords, quoteWord, remark, splitWords } from '../../src/command/index.js';

const NASTY = [
  "a'b",
  'a"b',
  '$(id >PWN)',
  '`id`',
  '; id',
  '-x',
  '!',
  '!!',
  '!x',
  '~',
  '~root',
  'a=b',
  '=ls',
  '*',
  '{a,b}',
  '\\',
  '#',
  '##[error]x',
  "##vso['",
  '',
  ' ',
  '&',
  '|',
];

describe('quoteWord', () => {
  it.each([
    ['eth0', 'eth0'],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['', "''"],
    ['=ls', "'=ls'"],
    ['net.ipv4.ip_forward=1', 'net.ipv4.ip_forward=1'],
    ['!', '!'],
    ['!x', "'!x'"],
    ['##[error]x', "'#''#[error]x'"],
    ['##vso[x]', "'#''#vso[x]'"],
    ['## x', "'## x'"],
  ])('%j is %s', (word, text) => {
    expect(quoteWord(word)).toBe(text);
  });

  it.each(['sh', 'bash'])('%s reads every word back', (shell) => {
    const words = fc.sample(fc.string({ unit: fc.constantFrom(...'a \'"`$(){}[]<>;&|!#*?~\\=-/%@^é'.split('')) }), {
      numRuns: 300,
      seed: 1,
    });
    const all = [...NASTY, ...words];
    const { stdout, stderr } = spawnSync(shell, ['-c', `printf '%s\\0' ${printWords(all)}`], { encoding: 'utf8' });
    expect([stdout.split('\0').slice(0, -1), stderr]).toEqual([all, '']);
    expect(splitWords(printWords(all))).toEqual(all);
  });
});

describe('printCommand', () => {
  it.each([
    [command('sysctl', '-w', 'net.ipv4.ip_forward=0'), 'sysctl -w net.ipv4.ip_forward=0'],
    [command('iptables', '-m', 'comment', '--comment', '$(id)'), "iptables -m comment --comment '$(id)'"],
    [command('nsenter', '-t', { output: ['docker', 'inspect', "a'b"] }, '-n'), `nsenter -t "$(docker inspect 'a'\\''b')" -n`],
    [remark`recreate ${'a;\nid'} anew`, "# recreate 'a;\\nid' anew"],
    [{ words: ['true'], remark: 'two\nlines' }, 'true # two\\nlines'],
    [command('iptables', 'a\nid'), "# not to be pasted, a word of it holds control characters: iptables 'a\\nid'"],
    [command('nsenter', { output: ['a\nid'] }), `# not to be pasted, a word of it holds control characters: nsenter "$('a\\nid')"`],
    [command('docker', 'restart', operand('--help')), '# not written out: docker would take the name --help for an option'],
    [command('docker', 'restart', operand('web')), 'docker restart web'],
  ])('%#', (given, text) => {
    expect(printCommand(given)).toBe(text);
  });
});

describe('fill', () => {
  const values = new Map([
    ['name', "w'; id"],
    ['dash', '-x'],
  ]);
  it.each([
    ['docker network create {name}-net', "docker network create 'w'\\''; id-net'"],
    ['docker run "a {name}" -e A={name}', "docker run 'a w'\\''; id' -e 'A=w'\\''; id'"],
    ['docker restart {dash}', '# not written out: docker would take the name -x for an option'],
    ['a {other} | b', "a '{other}' '|' b"],
    ['# ask {name} for it', "# ask 'w'\\''; id' for it"],
  ])('%s', (template, text) => {
    expect(printCommand(fill(template, values))).toBe(text);
  });
  it('refuses a quote that is not closed', () => {
    expect(() => fill("a 'b", values)).toThrow(RangeError);
  });
});
