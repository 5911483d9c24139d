import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkTo, readLink, readQuestion } from '../../src/explorer/question.js';

describe('readQuestion', () => {
  it.each([
    ['web', 'db:5432', { proto: 'any' }, { from: 'web', to: 'db:5432' }],
    [' web ', ' db:5432 ', { proto: 'udp' }, { from: 'web', to: 'db:5432', proto: 'udp' }],
    ['web → db:5432', '', { proto: 'any' }, { from: 'web', to: 'db:5432' }],
    ['web->db:53/udp', 'ignored', { proto: 'tcp' }, { from: 'web', to: 'db:53', proto: 'udp' }],
    ['internet', '[2001:db8::1]:443/tcp', {}, { from: 'internet', to: '[2001:db8::1]:443', proto: 'tcp' }],
    ['web', 'db/sctp', { proto: 'any' }, { from: 'web', to: 'db/sctp' }],
    ['internet', 'web:80', { src: ' 203.0.113.8 ', sport: ' 1024' }, { from: 'internet', to: 'web:80', src: '203.0.113.8', sport: '1024' }],
    ['internet', 'web:80', { src: '', sport: ' ' }, { from: 'internet', to: 'web:80' }],
  ] as const)('%s, %s, %j', (from, to, details, question) => {
    expect(readQuestion(from, to, details)).toEqual(question);
  });
});

describe('a link', () => {
  it('is short where nothing needs to be escaped', () => {
    expect(linkTo({ from: 'web', to: 'db:5432', proto: 'tcp' })).toBe('#from=web&to=db:5432&proto=tcp');
  });

  it.each(['', '#', '#from=web', '#to=db', '#%', '#from', '#suppose=x'])('%j asks nothing', (hash) => {
    expect(readLink(hash)).toBeUndefined();
  });

  it('supposes no more than a hundred commands: anybody writes links', () => {
    const commands = Array.from({ length: 500 }, (_, i) => `ip link set dev e${i} up`);
    expect(readLink(linkTo({ from: 'a', to: 'b' }, commands))?.suppose).toEqual(commands.slice(0, 100));
  });

  it('is read back as all that was asked, whatever the names are', () => {
    const name = fc
      .string({ minLength: 1, unit: 'binary' })
      .filter((text) => text.trim() === text && !/→|->|➜|\/(?:tcp|udp|icmp)$|[\ud800-\udfff]/.test(text));
    const question = fc.record(
      { from: name, to: name, proto: fc.constantFrom('tcp', 'udp', 'icmp'), src: name, sport: name },
      { requiredKeys: ['from', 'to'] },
    );
    fc.assert(
      fc.property(question, fc.array(fc.string()), (asked, suppose) => {
        expect(readLink(linkTo(asked, suppose))).toEqual({ question: asked, suppose });
      }),
    );
  });
});
