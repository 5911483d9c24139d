import { FAIL, targetCases } from './cases.js';

targetCases('REJECT', { family: 4, proto: 6 }, [
  ['', { kind: 'reject', with: 'icmp-port-unreachable' }],
  ['--reject-with icmp-net-unreachable', { kind: 'reject', with: 'icmp-net-unreachable' }],
  ['--reject-with icmp-host-unreachable', { kind: 'reject', with: 'icmp-host-unreachable' }],
  ['--reject-with icmp-proto-unreachable', { kind: 'reject', with: 'icmp-proto-unreachable' }],
  ['--reject-with port-unreach', { kind: 'reject', with: 'icmp-port-unreachable' }],
  ['--reject-with icmp-net-prohibited', { kind: 'reject', with: 'icmp-net-prohibited' }],
  ['--reject-with host-prohib', { kind: 'reject', with: 'icmp-host-prohibited' }],
  ['--reject-with icmp-admin-prohibited', { kind: 'reject', with: 'icmp-admin-prohibited' }],
  ['--reject-with tcp-rst', { kind: 'reject', with: 'tcp-reset' }],
  ['--reject-with icmp6-no-route', FAIL],
  ['--reject-with echo-reply', FAIL],
]);

targetCases('REJECT', { family: 4, proto: 17 }, [['--reject-with tcp-reset', FAIL]]);

targetCases('REJECT', { family: 6, proto: 6 }, [
  ['', { kind: 'reject', with: 'icmp6-port-unreachable' }],
  ['--reject-with no-route', { kind: 'reject', with: 'icmp6-no-route' }],
  ['--reject-with icmp6-adm-prohibited', { kind: 'reject', with: 'icmp6-adm-prohibited' }],
  ['--reject-with icmp6-addr-unreachable', { kind: 'reject', with: 'icmp6-addr-unreachable' }],
  ['--reject-with policy-fail', { kind: 'reject', with: 'icmp6-policy-fail' }],
  ['--reject-with reject-route', { kind: 'reject', with: 'icmp6-reject-route' }],
  ['--reject-with tcp-reset', { kind: 'reject', with: 'tcp-reset' }],
  ['--reject-with icmp-port-unreachable', FAIL],
]);
