import { describe, expect, it } from 'vitest';
import { formatIp, formatPrefix } from '../../../src/address/ip.js';
import { parseIpAddr } from '../../../src/snapshot/parsers/ip-addr.js';
import { parseIpNeigh } from '../../../src/snapshot/parsers/ip-neigh.js';
import { parseIpRoute } from '../../../src/snapshot/parsers/ip-route.js';

/** Lines as iproute2 6 and BusyBox 1.37 print them with options that few give; sosreport gives some. */
describe('routes', () => {
  it.each([
    [
      '10.66.0.0/16 \\\tnexthop via 198.51.100.2 dev eth0 weight 1 \\\tnexthop via 172.30.0.7 dev br-back weight 2 ',
      'unicast 10.66.0.0/16 198.51.100.2@eth0 172.30.0.7@br-back',
    ],
    ['7 10.65.0.0/16 ', 'unreachable 10.65.0.0/16'],
    ['2 10.9.9.9 dev down0 table 255 proto 2 scope 254 src 10.9.9.9 ', 'local 10.9.9.9/32 @down0'],
    ['6 default metric 9', 'blackhole 0.0.0.0/0'],
    ['10.44.0.0/16 ', 'unicast 10.44.0.0/16 @*'],
  ])('%s', (line, expected) => {
    const { data, problems } = parseIpRoute(`${line}\n`, 'ip-route.txt', 4);
    expect(problems).toEqual([]);
    expect(
      data.map(({ type, dst, nexthops }) =>
        [type, formatPrefix(dst), ...nexthops.map(({ via, dev }) => `${via === undefined ? '' : formatIp(via)}@${dev ?? ''}`)].join(' '),
      ),
    ).toEqual([expected]);
  });
});

describe('neighbours', () => {
  it.each([
    '198.51.100.1 dev eth0 lladdr 02:00:00:00:00:01  used 61/63/63probes 0 PERMANENT ',
    '198.51.100.1 dev eth0 lladdr 02:00:00:00:00:01 ref 1 used 0/0/0 probes 4 PERMANENT ',
    '198.51.100.1 dev eth0 lladdr 02:00:00:00:00:01  used 0/0/0 probes 4 PERMANENT ',
  ])('%s', (line) => {
    const { data, problems } = parseIpNeigh(`${line}\n`, 'ip-neigh.txt');
    expect(problems).toEqual([]);
    expect(data.map(({ ip, dev, mac, state }) => [formatIp(ip), dev, mac, state])).toEqual([
      ['198.51.100.1', 'eth0', '02:00:00:00:00:01', 'PERMANENT'],
    ]);
  });
});

describe('interfaces', () => {
  const counters = (errors: string): string => `2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group 0 qlen 1000
    link/1 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff
    inet 198.51.100.10/24 scope 0 eth0
       valid_lft forever preferred_lft forever
    RX:  bytes packets errors dropped  missed   mcast           
           172       3      0       0       0       0 
${errors}    TX:  bytes packets errors dropped carrier collsns           
           172       3      0       0       0       0 
`;
  it.each([
    ['-N', ''],
    ['-N -s -s', '    RX errors:  length    crc   frame    fifo overrun\n                     0      0       0       0       0 \n'],
  ])('ip %s addr', (_, errors) => {
    const { data, problems } = parseIpAddr(counters(errors), 'ip-addr.txt');
    expect(problems).toEqual([]);
    expect(data.interfaces.map(({ name, detail, mac }) => [name, detail.kind, mac])).toEqual([['eth0', 'ether', '02:00:00:00:00:02']]);
  });
});
