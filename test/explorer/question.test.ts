import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkTo, readLink, readQuestion } from '../../src/explorer/question.js';

describe('readQuestion', () => {
  it.each([
    [['web', 'db:5432', 'any'], { from: 'web', to: 'db:5432' }],
    [[' web ', ' db:5432 ', 'udp'], { from: 'web', to: 'db:5432', proto: 'udp' }],
    [['web → db:5432', '', 'any'], { from: 'web', to: 'db:5432' }],
    [['web->db:53/udp', 'ignored', 'tcp'], { from: 'web', to: 'db:53', proto: 'udp' }],
    [['internet', '[2001:db8::1]:443/tcp', undefined], { from: 'internet', to: '[2001:db8::1]:443', proto: 'tcp' }],
    [['web', 'db/sctp', 'any'], { from: 'web', to: 'db/sctp' }],
  ] as const)('%j', ([from, to, proto], question) => {
    expect(readQuestion(from, to, proto)).toEqual(question);
  });
});

describe('a link', () => {
  it('is short where nothing needs to be escaped', () => {
    expect(linkTo({ from: 'web', to: 'db:5432', proto: 'tcp' })).toBe('#from=web&to=db:5432&proto=tcp');
  });

  it.each(['', '#', '#from=web', '#to=db', '#%', '#from'])('%j asks nothing', (hash) => {
    expect(readLink(hash)).toBeUndefined();
  });

  it('is read back as the question, whatever the names are', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !/→|->|➜|\/(?:tcp|udp|icmp)$/.test(text));
    const proto = fc.constantFrom('tcp' as const, 'udp' as const, 'icmp' as const);
    fc.assert(
      fc.property(name, name, fc.option(proto, { nil: undefined }), (from, to, said) => {
        const question = { from, to, ...(said === undefined ? {} : { proto: said }) };
        expect(readLink(linkTo(question))).toEqual(question);
      }),
    );
  });
});
