import { describe, expect, test } from 'vitest';
import type { KnownBytes } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, asks, compileMatch, matchCases } from './cases.js';

/** A packet of hex bytes; `??` stands for one that is not known. */
function packet(hex: string): KnownBytes {
  const words = hex.match(/[\da-f?]{2}/gi) ?? [];
  return {
    bytes: Uint8Array.from(words, (word) => (word === '??' ? 0 : Number.parseInt(word, 16))),
    known: Uint8Array.from(words, (word) => (word === '??' ? 0 : 1)),
  };
}

const udp = '45000024????40004011????c0000201c0000202' + '1234003500100000' + '0001020367657420';
const tcpWithIpOptions = '46000028????40004006????c0000201c000020201010101' + '1234005000000000000000005002ffff';
const unknownPayload = '45000024????40004011????c0000201c0000202' + '1234003500100000' + '????????67657420';

function answers(name: string, table: readonly (readonly [text: string, hex: string, expected: boolean | undefined])[]): void {
  describe(`-m ${name}`, () => {
    test.each(table)('%s on %s', (text, hex, expected) => {
      const predicate = compileMatch(name, text);
      expect(predicate.op === 'bytes' ? predicate.test(packet(hex)) : predicate).toBe(expected);
    });
  });
}

function detail(name: string, text: string): unknown {
  const predicate = compileMatch(name, text);
  const inner = predicate.op === 'not' ? predicate.of : predicate;
  return [predicate.op, inner.op === 'bytes' && inner.detail];
}

test('what is asked is named as it stands in the rule, and the negation stays outside', () => {
  expect(detail('u32', "! --u32 '0=1'")).toEqual(['not', '-m u32 --u32 0=1']);
  expect(detail('string', '! --string GET --algo bm')).toEqual(['not', '-m string --string GET']);
  expect(detail('bpf', "--bytecode '1,6 0 0 1'")).toEqual(['bytes', '-m bpf --bytecode 1,6 0 0 1']);
});

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

answers('string', [
  ['--string get --algo bm', udp, true],
  ['--string GET --algo kmp', udp, false],
  ['--string GET --algo kmp --icase', udp, true],
  ["--string 'get ' --algo bm --from 32", udp, true],
  ['--string get --algo bm --from 33', udp, false],
  ['--string get --algo bm --to 35', udp, true],
  ['--string get --algo bm --to 33', udp, undefined],
  ['--string get --algo bm --to 31', udp, false],
  ['--string get --algo bm --from 100', udp, false],
  ["--hex-string '|67 65|t' --algo bm", udp, true],
  ["--hex-string '|00010203|' --algo bm", udp, true],
  ["--hex-string '|00010203|' --algo bm", unknownPayload, undefined],
  ["--hex-string '|00010203|get' --algo bm", unknownPayload, undefined],
  ["--hex-string '|00010203|got' --algo bm", unknownPayload, false],
  ['--string get --algo bm', unknownPayload, true],
  ["--hex-string 'a\\|b' --algo bm", '617c62', true],
  ["--hex-string 'é|00|' --algo bm", 'c3a900', true],
  ['--string é --algo bm', 'c3a900', true],
]);

matchCases('string', {}, [
  ['--string get', FAIL],
  ['--algo bm', FAIL],
  ['--string get --algo nonsense', FAIL],
  ['--string get --algo bm --from 10 --to 5', FAIL],
  ['--string get --algo bm --to 70000', FAIL],
  ["--string '' --algo bm", FAIL],
  [`--string ${'a'.repeat(129)} --algo bm`, FAIL],
  ['--string a --hex-string b --algo bm', FAIL],
  ["--hex-string '|de a|' --algo bm", FAIL],
  ["--hex-string '|dea' --algo bm", FAIL],
  ["--hex-string 'a\\' --algo bm", FAIL],
  ['! --icase --string a --algo bm', FAIL],
]);

const protoIs = (proto: number): string => `--bytecode '4,48 0 0 9,21 0 1 ${proto},6 0 0 1,6 0 0 0'`;
const dportIs = (port: number): string => `--bytecode '5,177 0 0 0,72 0 0 2,21 0 1 ${port},6 0 0 1,6 0 0 0'`;
answers('bpf', [
  [protoIs(17), udp, true],
  [protoIs(6), udp, false],
  [dportIs(53), udp, true],
  [dportIs(80), tcpWithIpOptions, true],
  [dportIs(81), tcpWithIpOptions, false],
  ["--bytecode '1,6 0 0 65535'", udp, true],
  ["--bytecode '1,6 0 0 0,'", udp, false],
  ["--bytecode '2,40 0 0 4,22 0 0 0'", udp, undefined],
  ["--bytecode '3,32 0 0 4,84 0 0 65535,22 0 0 0'", udp, true],
  ["--bytecode '4,32 0 0 4,69 1 0 16384,6 0 0 0,6 0 0 1'", udp, true],
  ["--bytecode '4,32 0 0 4,69 1 0 65536,6 0 0 0,6 0 0 1'", udp, undefined],
  ["--bytecode '2,32 0 0 400,6 0 0 1'", udp, false],
  ["--bytecode '2,32 0 0 4294963200,6 0 0 1'", udp, undefined],
  ["--bytecode '4,48 0 0 4293918729,21 0 1 17,6 0 0 1,6 0 0 0'", udp, true],
  ["--bytecode '4,128 0 0 0,53 0 1 36,6 0 0 1,6 0 0 0'", udp, true],
  ["--bytecode '4,128 0 0 0,37 0 1 36,6 0 0 1,6 0 0 0'", udp, false],
  ["--bytecode '8,0 0 0 7,2 0 0 3,1 0 0 5,12 0 0 0,97 0 0 3,28 0 0 0,20 0 0 5,22 0 0 0'", udp, false],
  ["--bytecode '6,0 0 0 6,1 0 0 7,44 0 0 0,21 0 1 42,6 0 0 1,6 0 0 0'", udp, true],
  ["--bytecode '4,0 0 0 6,1 0 0 0,60 0 0 0,6 0 0 1'", udp, false],
  ["--bytecode '5,0 0 0 1,132 0 0 0,21 0 1 4294967295,6 0 0 1,6 0 0 0'", udp, true],
  ["--bytecode '6,0 0 0 12,100 0 0 4,164 0 0 1,116 0 0 4,7 0 0 0,22 0 0 0'", udp, true],
  ["--bytecode '4,5 0 0 1,6 0 0 0,135 0 0 0,6 0 0 9'", udp, true],
]);

matchCases('bpf', {}, [
  ["--bytecode '2,48 0 0 9,21 0 1 6'", FAIL],
  ["--bytecode '2,6 0 0 1'", FAIL],
  ["--bytecode '1,6 0 0'", FAIL],
  ["--bytecode '1,6 0 0 x'", FAIL],
  ["--bytecode '2,21 1 0 6,6 0 0 1'", FAIL],
  ["--bytecode '2,5 0 0 7,6 0 0 1'", FAIL],
  ["--bytecode '2,52 0 0 0,6 0 0 1'", FAIL],
  ["--bytecode '2,2 0 0 16,6 0 0 1'", FAIL],
  ["--bytecode '2,255 0 0 0,6 0 0 1'", FAIL],
  ["--bytecode ''", FAIL],
  ["! --bytecode '1,6 0 0 1'", FAIL],
  ['--object-pinned /sys/fs/bpf/x', asks('bytes', 'a program of the kernel (-m bpf --object-pinned /sys/fs/bpf/x)')],
]);
