import { FAIL, targetCases } from './cases.js';

targetCases('TTL', {}, [
  ['--ttl-set 64', { kind: 'ttl', op: 'set', value: 64 }],
  ['--ttl-inc 1', { kind: 'ttl', op: 'inc', value: 1 }],
  ['--ttl-dec 2', { kind: 'ttl', op: 'dec', value: 2 }],
  ['--ttl-set 256', FAIL],
  ['--ttl-dec 0', FAIL],
  ['--ttl-inc 1 --ttl-dec 1', FAIL],
  ['', FAIL],
]);
targetCases('HL', { family: 6 }, [['--hl-set 0', { kind: 'ttl', op: 'set', value: 0 }]]);
targetCases('DSCP', {}, [
  ['--set-dscp 0x0a', { kind: 'tos', mask: 0xfc, value: 0x28 }],
  ['--set-dscp-class CS1', { kind: 'tos', mask: 0xfc, value: 0x20 }],
  ['--set-dscp 64', FAIL],
  ['', FAIL],
]);
targetCases('TOS', {}, [
  ['--set-tos 0x10', { kind: 'tos', mask: 0xff, value: 0x10 }],
  ['--set-tos 0x10/0x0f', { kind: 'tos', mask: 0x0f, value: 0x10 }],
  ['--set-tos Minimize-Delay', { kind: 'tos', mask: 0x3f, value: 0x10 }],
  ['--and-tos 0x10', { kind: 'tos', mask: 0xef, value: 0 }],
  ['--or-tos 0x3', { kind: 'tos', mask: 3, value: 3 }],
  ['--xor-tos 0x3', { kind: 'tos', mask: 0, value: 3 }],
  ['--set-tos 0x100', FAIL],
]);
targetCases('ECN', { proto: 6 }, [
  ['--ecn-tcp-remove', { kind: 'continue' }],
  ['--ecn-ip-ect 0', { kind: 'tos', mask: 3, value: 0 }],
  ['--ecn-ip-ect 4', FAIL],
  ['', FAIL],
]);
