import { describe, expect, it } from 'vitest';
import { batchLine } from '../../../src/kernel/write/batch-line.js';
import { words } from '../../../src/kernel/write/words.js';

describe('words', () => {
  it.each([
    [words`link set dev ${'eth0'} up`, ['link', 'set', 'dev', 'eth0', 'up']],
    [words`link set dev ${'a b\nc'} up`, ['link', 'set', 'dev', 'a b\nc', 'up']],
    [words`addr add ${'10.0.0.1'}/${8} dev x`, ['addr', 'add', '10.0.0.1/8', 'dev', 'x']],
    [words`${['a', 'b c']} ${[]} ${'d'}`, ['a', 'b c', 'd']],
    [words`a ${''} b`, ['a', '', 'b']],
    [words`${'a'}`, ['a']],
    [words``, []],
  ])('%j', (made, expected) => {
    expect(made).toEqual(expected);
  });
});

describe('batchLine', () => {
  it('joins words that stay what they are', () => {
    expect(batchLine(['link', 'set', 'dev', '$(id);`id`', 'up'])).toEqual({ line: 'link set dev $(id);`id` up' });
  });

  it.each([
    [['a', 'b c'], 'a word of it holds a blank or a control character'],
    [['a', 'b\nc'], 'a word of it holds a blank or a control character'],
    [['a', 'b\u2028'], 'a word of it holds a blank or a control character'],
    [['a', 'b\0'], 'a word of it holds a blank or a control character'],
    [['a', 'b\u001b'], 'a word of it holds a blank or a control character'],
    [['a', ''], 'a word of it is empty'],
    [['a', '-x'], 'a word of it begins with -, as an option does'],
    [['-x'], 'a word of it begins with -, as an option does'],
    [['a', 'b#'], 'a word of it holds a quote, # or \\'],
    [['a', '"b'], 'a word of it holds a quote, # or \\'],
    [['a', "'b"], 'a word of it holds a quote, # or \\'],
    [['a', 'b\\'], 'a word of it holds a quote, # or \\'],
    [[], 'it has no words'],
  ])('does not write %j', (made, fault) => {
    expect(batchLine(made)).toEqual({ fault });
  });
});
