import type { Action } from '../../../../src/netfilter/action.js';
import { FAIL, goesOn, targetCases } from './cases.js';

const queue = (detail: string): Action => ({
  kind: 'unknown',
  question: { category: 'queue', yes: 'accept', no: 'drop', usual: true, detail },
});

for (const [name, kind] of [
  ['ACCEPT', 'accept'],
  ['DROP', 'drop'],
  ['RETURN', 'return'],
] as const)
  targetCases(name, {}, [
    ['', { kind }],
    ['--reject-with tcp-reset', FAIL],
  ]);
targetCases('QUEUE', {}, [['', queue('the verdict of a program in user space (-j QUEUE)')]]);
targetCases('NFQUEUE', {}, [
  ['', queue('the verdict of a program in user space (-j NFQUEUE)')],
  ['--queue-num 5 --queue-bypass', queue('the verdict of a program in user space (-j NFQUEUE --queue-num 5 --queue-bypass)')],
  [
    '--queue-balance 0:3 --queue-cpu-fanout',
    queue('the verdict of a program in user space (-j NFQUEUE --queue-balance 0:3 --queue-cpu-fanout)'),
  ],
  ['--queue-balance 3:0', FAIL],
  ['--queue-num 1 --queue-balance 0:3', FAIL],
  ['--queue-num 65536', FAIL],
]);

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

for (const [name, text] of [
  ['LOG', "--log-prefix 'a b' --log-level 4 --log-uid"],
  ['NFLOG', '--nflog-group 5 --nflog-prefix x'],
  ['ULOG', '--ulog-nlgroup 1'],
  ['TRACE', ''],
  ['TCPMSS', '--clamp-mss-to-pmtu'],
  ['TCPOPTSTRIP', '--strip-options timestamp,3'],
  ['CHECKSUM', '--checksum-fill'],
  ['CLASSIFY', '--set-class 0001:0010'],
  ['AUDIT', '--type accept'],
  ['CONNSECMARK', '--save'],
  ['SECMARK', '--selctx system_u:object_r:x_t:s0'],
  ['IDLETIMER', '--timeout 5 --label x --alarm'],
  ['LED', '--led-trigger-id x --led-always-blink'],
  ['RATEEST', '--rateest-name x --rateest-interval 250.0ms --rateest-ewmalog 500.0ms'],
  ['TEE', '--gateway 10.0.0.1 --oif eth0'],
] as const)
  targetCases(name, { proto: 6 }, [
    [text, { kind: 'continue' }],
    ['--nonsense', FAIL],
  ]);

for (const [name, text, detail] of [
  ['CLUSTERIP', '--new --hashmode sourceip --total-nodes 2', 'whether this node of the cluster answers'],
  ['HMARK', '--hmark-tuple src,dst --hmark-mod 4 --hmark-rnd 1', 'the mark made from a hash of the packet'],
  ['SNPT', '--src-pfx fd00::/64 --dst-pfx 2001:db8::/64', 'the source address that prefix translation makes'],
  ['DNPT', '--src-pfx fd00::/64 --dst-pfx 2001:db8::/64', 'the destination address that prefix translation makes'],
  ['SYNPROXY', '--sack-perm --mss 1460', 'the handshake that a SYN proxy answers'],
] as const)
  targetCases(name, { proto: 6 }, [
    [text, goesOn(`${detail} (-j ${name} ${text})`)],
    ['! --nonsense', FAIL],
  ]);
