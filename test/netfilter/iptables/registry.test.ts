import { describe, expect, test } from 'vitest';
import { UnreadableOption } from '../../../src/netfilter/iptables/extension.js';
import { allMatches, allTargets, builtinOptions, findMatch, findTarget, implicitMatch } from '../../../src/netfilter/iptables/registry.js';
import { documented } from './documented-options.js';

describe('every option that iptables documents has its number of arguments', () => {
  test.each(documented)('$name (IPv$family)', ({ name, family, flags }) => {
    const extension = /^[A-Z]/.test(name) ? findTarget(name) : findMatch(name, family);
    const missing = flags.split(' ').filter((flag) => flag !== '' && !Object.hasOwn(extension?.options ?? {}, flag));
    expect({ known: extension !== undefined, missing }).toEqual({ known: true, missing: [] });
  });
});

describe('names', () => {
  test('belong to the family whose command knows them', () => {
    const names = ['icmp', 'icmp6', 'icmpv6', 'ttl', 'hl', 'frag', 'tcp', 'nonsense', ''];
    expect(names.map((name) => [name, findMatch(name, 4)?.name, findMatch(name, 6)?.name])).toEqual([
      ['icmp', 'icmp', undefined],
      ['icmp6', undefined, 'icmp6'],
      ['icmpv6', undefined, 'icmp6'],
      ['ttl', 'ttl', undefined],
      ['hl', undefined, 'hl'],
      ['frag', undefined, 'frag'],
      ['tcp', 'tcp', 'tcp'],
      ['nonsense', undefined, undefined],
      ['', '', ''],
    ]);
  });

  test('of object members are no extensions', () => {
    expect([findMatch('constructor', 4), findMatch('__proto__', 6), findTarget('toString')]).toEqual([undefined, undefined, undefined]);
  });

  test('are unique', () => {
    const targets = allTargets.map((target) => target.name);
    const matches = allMatches.flatMap((match) => [match.name, ...(match.aliases ?? [])]).filter((name) => name !== 'ah');
    expect([new Set(targets).size, new Set(matches).size]).toEqual([targets.length, matches.length]);
  });

  test('ah reads other options in each family', () => {
    expect([findMatch('ah', 4), findMatch('ah', 6)].map((match) => Object.keys(match?.options ?? {}))).toEqual([
      ['--ahspi'],
      ['--ahspi', '--ahlen', '--ahres'],
    ]);
  });
});

test('-p loads the match of its protocol', () => {
  expect([1, 6, 17, 33, 50, 58, 135, 47].map((proto) => [implicitMatch(proto, 4)?.name, implicitMatch(proto, 6)?.name])).toEqual([
    ['icmp', undefined],
    ['tcp', 'tcp'],
    ['udp', 'udp'],
    ['dccp', 'dccp'],
    ['esp', 'esp'],
    [undefined, 'icmp6'],
    [undefined, 'mh'],
    [undefined, undefined],
  ]);
});

test('the options of iptables itself', () => {
  expect(['-s', '-d', '-i', '-o', '-p', '-f'].map((flag) => builtinOptions[flag])).toEqual([1, 1, 1, 1, 1, 0]);
});

describe('a flag of another extension makes the rule unreadable', () => {
  const context = { family: 6, proto: 6 } as const;
  const stray = [{ flag: '--stray', negated: false, args: [] }];
  test.each(allMatches.map((match) => match.name))('-m %s', (name) => {
    const match = findMatch(name, 6) ?? findMatch(name, 4);
    expect(() => match?.compile(stray, context)).toThrow(UnreadableOption);
  });
  test.each(allTargets.map((target) => target.name))('-j %s', (name) => {
    expect(() => findTarget(name)?.compile(stray, context)).toThrow(UnreadableOption);
  });
});
