import { expect, test } from 'vitest';
import { answers, detail, tcpWithIpOptions, udp } from './byte-cases.js';
import { FAIL, matchCases } from './cases.js';

answers('u32', [
  ["--u32 '6&0xff=17'", udp, true],
  ["--u32 '6&0xff=0x11,0x40:0x50'", udp, true],
  ["--u32 '8>>16&0xff=0x11'", udp, true],
  ["--u32 '6&0xFF = 0x11'", udp, true],
  ["--u32 '12=0xc0000201'", udp, true],
  ["--u32 '12=0xc0000000:0xc00002ff && 16=0xc0000203'", udp, false],
  ["--u32 '0>>22&0x3C@0>>16=0x1234'", udp, true],
  ["--u32 '0>>22&0x3C@0>>16=0x1234'", tcpWithIpOptions, true],
  ["--u32 '0>>22&0x3C@10&0x17=0x02'", tcpWithIpOptions, true],
  ["--u32 '2>>0&0xffff=5'", udp, undefined],
  ["--u32 '4&0xffff=0x4000'", udp, true],
  ["--u32 '4>>16=5&&12=0'", udp, false],
  ["--u32 '4>>16=0:0xffff'", udp, true],
  ["--u32 '4>>16=0x10000:0x20000'", udp, false],
  ["--u32 '4>>16=5,0:0xffff'", udp, true],
  ["--u32 '4=0x12344001'", udp, false],
  ["--u32 '4@0=0'", udp, undefined],
  ["--u32 '33=0'", udp, false],
  ["--u32 '32=0x67657420'", udp, true],
  ["--u32 '0&0=0&&32<<8=0x65742000'", udp, true],
  ["--u32 '12@0=0'", udp, false],
  ["--u32 '0=5:3'", udp, false],
  ["--u32 '010=0'", '00000000000000', false],
  ["--u32 '0=0'", '0000', false],
]);

matchCases(
  'u32',
  {},
  [
    '0=:5',
    '0=5:',
    '0',
    '=1',
    '0=1&&',
    '0=1 2',
    '0=1,',
    '-4=1',
    '0<<32=1',
    '0=0x100000000',
    '0x=1',
    '',
    '0!1=2',
    Array.from({ length: 11 }, () => '0=1').join('&&'),
  ].map((text) => [`--u32 '${text}'`, FAIL] as const),
);

test('what is asked is named as it stands in the rule, and the negation stays outside', () => {
  expect(detail('u32', "! --u32 '0=1'")).toEqual(['not', '-m u32 --u32 0=1']);
});
