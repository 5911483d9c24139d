import { FAIL, targetCases } from './cases.js';

targetCases('TPROXY', { proto: 6 }, [
  ['--on-port 3129 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x3', { kind: 'tproxy', ip: 0x7f000001, port: 3129, mark: 1, mask: 3 }],
  ['--on-port 3129 --tproxy-mark 1', { kind: 'tproxy', port: 3129, mark: 1, mask: 0xffffffff }],
  ['--on-port 0 --on-ip 0.0.0.0', { kind: 'tproxy', port: 0, mark: 0, mask: 0 }],
  ['--on-ip 127.0.0.1', FAIL],
]);

targetCases('TPROXY', { family: 6, proto: 17 }, [['--on-port 80 --on-ip ::1', { kind: 'tproxy', ip: 1n, port: 80, mark: 0, mask: 0 }]]);

targetCases('TPROXY', { proto: 1 }, [['--on-port 80', FAIL]]);
