import { expect, test } from 'vitest';
import { answers, detail, tcpWithIpOptions, udp } from './byte-cases.js';
import { FAIL, asks, matchCases } from './cases.js';

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
  ["--bytecode '1, 6  0 0 +65535/'", udp, true],
  ["--bytecode '1,65542 256 0 4294967296 7'", udp, false],
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

test('what is asked is named as it stands in the rule, and the negation stays outside', () => {
  expect(detail('bpf', "--bytecode '1,6 0 0 1'")).toEqual(['bytes', '-m bpf --bytecode 1,6 0 0 1']);
});
