import { describe, expect, it } from 'vitest';
import { nftBlock, nftLine } from '../../../src/kernel/write/nft-line.js';

describe('a command for nft', () => {
  it.each([
    ['add rule inet t c', 'iifname "br-1*" tcp dport { 80, 443 } counter packets 0 bytes 0 accept'],
    ['add rule ip6 t c', 'dnat to [fd00::2]:80'],
    ['add rule ip t c', '@th,16,16 & 0xff00 != 0x1f00 ct state ! new,related log prefix "a; include \\"x: $y # " drop'],
    ['add table inet t', ''],
  ])('%s %s is one line', (head, text) => {
    expect(nftLine(head, text)).toEqual(text.includes('\\"') ? { fault: expect.any(String) } : { line: `${head} ${text}`.trim() });
  });

  it('puts the rules of a chain that stands where it is called behind each other', () => {
    expect(nftLine('add rule inet t c', 'jump {\n\t\t\tip saddr 10.0.0.1 accept\n\t\t\tdrop\n\t\t}')).toEqual({
      line: 'add rule inet t c jump {; ip saddr 10.0.0.1 accept; drop; }',
    });
  });

  it.each([
    'accept; add rule ip t c drop',
    'accept # drop',
    'ip saddr $who accept',
    'accept \\',
    'include /etc/passwd',
    'accept include',
    'define x = 1',
    'accept } flush ruleset',
    'jump { accept',
    'log prefix "a',
    'iifname "a\u0000b"',
    'iifname "a\u2028b"',
    'iifname \u00e9',
    "iifname 'a'",
    'ip saddr `id`',
  ])('%j is not written', (text) => {
    expect(nftLine('add rule inet t c', text)).toEqual({ fault: expect.any(String) });
    expect(nftBlock('add set inet t s', [text])).toEqual({ fault: expect.any(String) });
  });

  it('parts what stands in a block', () => {
    expect(nftBlock('add set inet t s', ['type ipv4_addr', 'flags interval'])).toEqual({
      line: 'add set inet t s { type ipv4_addr; flags interval; }',
    });
    expect(nftBlock('add set inet t s', ['type ipv4_addr; } ; flush ruleset'])).toEqual({ fault: expect.any(String) });
  });
});
