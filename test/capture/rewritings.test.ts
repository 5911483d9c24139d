import { expect, test } from 'vitest';
import { formatIp } from '../../src/address/ip.js';
import { rewritingsOf } from '../../src/capture/rewritings.js';
import { loadFiles } from '../../src/snapshot/load.js';

/** What rules of a host may lead connections to, in words. */
function toldOf(file: string, text: string): readonly string[] {
  const host = loadFiles(new Map([[file, text]]));
  return [...host.netns.values()].flatMap(rewritingsOf).map(({ family, proto, to, toPorts, asked, askedPort }) => {
    const led = to === undefined ? 'itself' : to.map(formatIp).join('-');
    return `IPv${family} ${proto ?? 'any'} ${asked === undefined ? '*' : formatIp(asked)}:${askedPort ?? '*'} to ${led}:${toPorts?.join('-') ?? '*'}`;
  });
}

test.each([
  [
    '-p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
    'tcp dport 8080 dnat to 172.17.0.2:80',
    'IPv4 6 *:8080 to 172.17.0.2-172.17.0.2:80-80',
  ],
  [
    '-d 198.51.100.10/32 -p udp -m udp --dport 53 -j DNAT --to-destination 10.0.0.1-10.0.0.9',
    'ip daddr 198.51.100.10 udp dport 53 dnat to 10.0.0.1-10.0.0.9',
    'IPv4 17 198.51.100.10:53 to 10.0.0.1-10.0.0.9:*',
  ],
  ['-p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128', 'tcp dport 80 redirect to :3128', 'IPv4 6 *:80 to itself:3128-3128'],
])('%s and %s lead alike', (iptables, native, expected) => {
  const saved = `*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING ${iptables}\nCOMMIT\n`;
  const listed = `table ip t {\n\tchain c {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\t${native}\n\t}\n}\n`;
  expect(toldOf('host/iptables-save.txt', saved)).toEqual([expected]);
  expect(toldOf('host/nft-ruleset.txt', listed)).toEqual([expected]);
  expect(toldOf('host/nft-ruleset.txt', listed.replace('table ip t', 'table inet t').replace('dnat to', 'dnat ip to'))).toContain(expected);
});
