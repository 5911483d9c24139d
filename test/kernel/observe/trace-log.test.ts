import { describe, expect, it } from 'vitest';
import { readTraceLog } from '../../../src/kernel/observe/trace-log.js';

const PACKET = 'iif "br0" ether saddr 02:00:00:00:14:02 ether daddr 02:00:00:00:20:01';
const TCP = `${PACKET} ip saddr 172.17.0.2 ip daddr 172.18.0.2 ip dscp cs0 ip ecn not-ect ip ttl 64 ip id 63691 ip length 60 tcp sport 34436 tcp dport 80 tcp flags == syn tcp window 64240 `;
const PING6 = `${PACKET} ip6 saddr fd00:1::2 ip6 daddr fd00:2::2 ip6 dscp cs0 ip6 ecn not-ect ip6 hoplimit 64 ip6 flowlabel 881136 ip6 length 64 icmpv6 type echo-request icmpv6 code no-route icmpv6 parameter-problem 283181057 @th,64,96 0x6759016b000000009ef00600 `;

const LOG = [
  `trace id 0d1fb7ed ip raw PREROUTING packet: ${TCP}`,
  'trace id 0d1fb7ed ip raw PREROUTING rule tcp flags syn / fin,syn,rst,ack counter packets 0 bytes 0 meta nftrace set 1 # handle 2 (verdict continue)',
  'trace id 0d1fb7ed ip raw PREROUTING policy accept ',
  `trace id 699091e2 ip6 filter FORWARD packet: ${PING6}`,
  'trace id 699091e2 ip6 filter FORWARD rule iifname "br0" jump F0A # handle 7 (verdict jump F0A)',
  'trace id ffffffff ip filter INPUT rule accept # handle 9 (verdict accept)',
  `trace id 0b inet mine fwd packet: ${TCP}`,
  'trace id 0b inet mine fwd rule jump {',
  '\t\t\tdrop',
  '\t\t} # handle 4 (verdict jump __chain3)',
  'trace id 0b inet mine __chain3 rule drop # handle 5 (verdict drop)',
  '',
].join('\n');

describe('readTraceLog', () => {
  it('reads rules and policies with the packet they were met by', () => {
    const texts = new Map([['ip raw PREROUTING 2', '-A PREROUTING -p tcp --syn -j TRACE']]);
    const entries = readTraceLog(LOG, 'host', ({ family, table, chain, handle, words }) => {
      const text = texts.get(`${family} ${table} ${chain} ${handle}`);
      return text === undefined ? { text: words, native: family === 'inet' } : { text, native: false };
    });
    const tcp = {
      netns: 'host',
      family: 4,
      in: 'br0',
      out: '',
      src: '172.17.0.2',
      dst: '172.18.0.2',
      sport: 34436,
      dport: 80,
      echo: 0,
      ident: 63691,
      table: 'raw',
      chain: 'PREROUTING',
    };
    const ping = {
      netns: 'host',
      family: 6,
      in: 'br0',
      out: '',
      src: 'fd00:1::2',
      dst: 'fd00:2::2',
      sport: 0,
      dport: 0,
      echo: 4321,
      ident: 881136,
      table: 'filter',
      chain: 'FORWARD',
    };
    expect(entries).toEqual([
      { ...tcp, rule: '-A PREROUTING -p tcp --syn -j TRACE', verdict: 'CONTINUE' },
      { ...tcp, verdict: 'ACCEPT' },
      { ...ping, rule: 'iifname "br0" jump F0A', verdict: 'JUMP F0A' },
      { ...tcp, nft: 'inet', table: 'mine', chain: 'fwd', rule: 'jump {\n\t\t\tdrop\n\t\t}', verdict: 'JUMP __CHAIN3' },
      { ...tcp, nft: 'inet', table: 'mine', chain: '__chain3', rule: 'drop', verdict: 'DROP' },
    ]);
  });
});
