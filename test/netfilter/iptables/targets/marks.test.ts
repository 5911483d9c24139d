import { FAIL, goesOn, targetCases } from './cases.js';

targetCases('MARK', {}, [
  ['--set-xmark 0x1/0xff', { kind: 'mark', mask: 0xff, value: 1 }],
  ['--set-xmark 0x1/0x0', { kind: 'mark', mask: 0, value: 1 }],
  ['--set-mark 7', { kind: 'mark', mask: 0xffffffff, value: 7 }],
  ['--set-mark 0x10/0x3', { kind: 'mark', mask: 0x13, value: 0x10 }],
  ['--and-mark 0xf0', { kind: 'mark', mask: 0xffffff0f, value: 0 }],
  ['--or-mark 0x80000000', { kind: 'mark', mask: 0x80000000, value: 0x80000000 }],
  ['--xor-mark 3', { kind: 'mark', mask: 0, value: 3 }],
  ['', FAIL],
  ['--set-mark 1 --or-mark 2', FAIL],
  ['--set-mark nonsense', FAIL],
]);
targetCases('CONNMARK', {}, [
  ['--set-xmark 0x1/0xff', { kind: 'connmark', op: 'set', value: 1, ctmask: 0xff, nfmask: 0xffffffff }],
  ['--set-mark 3', { kind: 'connmark', op: 'set', value: 3, ctmask: 0xffffffff, nfmask: 0xffffffff }],
  ['--set-mark 1 --mask 3', { kind: 'connmark', op: 'set', value: 1, ctmask: 3, nfmask: 0xffffffff }],
  ['--and-mark 0xf', { kind: 'connmark', op: 'set', value: 0, ctmask: 0xfffffff0, nfmask: 0xffffffff }],
  ['--or-mark 2', { kind: 'connmark', op: 'set', value: 2, ctmask: 2, nfmask: 0xffffffff }],
  ['--xor-mark 2', { kind: 'connmark', op: 'set', value: 2, ctmask: 0, nfmask: 0xffffffff }],
  ['--save-mark', { kind: 'connmark', op: 'save', value: 0, ctmask: 0xffffffff, nfmask: 0xffffffff }],
  ['--save-mark --mask 0xff', { kind: 'connmark', op: 'save', value: 0, ctmask: 0xff, nfmask: 0xff }],
  ['--restore-mark --nfmask 0xf --ctmask 0xff', { kind: 'connmark', op: 'restore', value: 0, ctmask: 0xff, nfmask: 0xf }],
  ['--restore-mark --left-shift-mark 0', { kind: 'connmark', op: 'restore', value: 0, ctmask: 0xffffffff, nfmask: 0xffffffff }],
  ['--save-mark --left-shift-mark 2', goesOn('the shifted mark (-j CONNMARK --save-mark --left-shift-mark 2)')],
  ['', FAIL],
  ['--mask 1', FAIL],
  ['--save-mark --restore-mark', FAIL],
  ['--set-mark 0x105/0xf --ctmask 0xff --nfmask 1', { kind: 'connmark', op: 'set', value: 0x105, ctmask: 0xff, nfmask: 0xffffffff }],
  ['--ctmask 0xff --set-mark 0x105', { kind: 'connmark', op: 'set', value: 0x105, ctmask: 0xffffffff, nfmask: 0xffffffff }],
]);
targetCases('CT', {}, [
  ['', { kind: 'ct', notrack: false }],
  ['--notrack', { kind: 'ct', notrack: true }],
  ['--zone 5 --helper ftp', { kind: 'ct', notrack: false, zone: { id: 5, dir: 'both' }, helper: 'ftp' }],
  ['--zone-orig 5', { kind: 'ct', notrack: false, zone: { id: 5, dir: 'orig' } }],
  ['--zone-reply 6 --timeout slow --ctevents new', { kind: 'ct', notrack: false, zone: { id: 6, dir: 'reply' } }],
  ['--zone mark', { kind: 'ct', notrack: false, zone: { id: 'mark', dir: 'both' } }],
  ['--zone 65536', FAIL],
  ['--zone 1 --zone-orig 2', { kind: 'ct', notrack: false, zone: { id: 2, dir: 'orig' } }],
  ['--zone-orig 1 --zone-reply 2', { kind: 'ct', notrack: false, zone: { id: 2, dir: 'both' } }],
  ['--zone-reply 0', { kind: 'ct', notrack: false }],
]);
targetCases('NOTRACK', {}, [
  ['', { kind: 'ct', notrack: true }],
  ['--notrack', FAIL],
]);
targetCases('SET', {}, [
  ['--add-set seen src,dst --exist --timeout 60', { kind: 'set', op: 'add', set: 'seen', dims: ['src', 'dst'] }],
  ['--del-set seen src', { kind: 'set', op: 'del', set: 'seen', dims: ['src'] }],
  ['! --del-set seen src', { kind: 'set', op: 'del', set: 'seen', dims: ['src'] }],
  ['--map-set marks src --map-mark', { kind: 'map-mark', set: 'marks', dims: ['src'] }],
  ['--add-set a src --del-set b src', goesOn('several changes at once (-j SET --add-set a src --del-set b src)')],
  ['--add-set seen nonsense', FAIL],
  ['--add-set seen src --timeout soon', FAIL],
  ['--exist', FAIL],
]);
targetCases('TPROXY', { proto: 6 }, [
  ['--on-port 3129 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x3', { kind: 'tproxy', ip: 0x7f000001, port: 3129, mark: 1, mask: 3 }],
  ['--on-port 3129 --tproxy-mark 1', { kind: 'tproxy', port: 3129, mark: 1, mask: 0xffffffff }],
  ['--on-port 0 --on-ip 0.0.0.0', { kind: 'tproxy', port: 0, mark: 0, mask: 0 }],
  ['--on-ip 127.0.0.1', FAIL],
]);
targetCases('TPROXY', { family: 6, proto: 17 }, [['--on-port 80 --on-ip ::1', { kind: 'tproxy', ip: 1n, port: 80, mark: 0, mask: 0 }]]);
targetCases('TPROXY', { proto: 1 }, [['--on-port 80', FAIL]]);
