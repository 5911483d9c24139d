import { TRUE, FALSE, type Predicate } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, and, asks, matchCases, not, or } from './cases.js';

matchCases('addrtype', { family: 4 }, [
  ['--dst-type LOCAL', { op: 'addrtype', field: 'dst', types: ['LOCAL'] }],
  [
    '! --src-type unicast,BROADCAST --dst-type LOCAL --limit-iface-in',
    and(not({ op: 'addrtype', field: 'src', types: ['UNICAST', 'BROADCAST'], limit: 'in' }), {
      op: 'addrtype',
      field: 'dst',
      types: ['LOCAL'],
      limit: 'in',
    }),
  ],
  ['--src-type UNSPEC,THROW --limit-iface-out', { op: 'addrtype', field: 'src', types: ['UNSPEC', 'THROW'], limit: 'out' }],
  ['--dst-type NAT,XRESOLVE', { op: 'addrtype', field: 'dst', types: [] }],
  ['--dst-type NONSENSE', FAIL],
  ['--limit-iface-in', FAIL],
  ['--dst-type LOCAL --limit-iface-in --limit-iface-out', FAIL],
  ['--dst-type LOCAL ! --limit-iface-in', FAIL],
]);
matchCases('addrtype', { family: 6 }, [
  ['--dst-type LOCAL,MULTICAST', { op: 'addrtype', field: 'dst', types: ['LOCAL', 'MULTICAST'] }],
  ['--dst-type BROADCAST', FAIL],
  ['--dst-type BLACKHOLE', FAIL],
  ['--dst-type NAT', FAIL],
]);

const isIn = { op: 'physdev', is: 'in' } as const;
const isOut = { op: 'physdev', is: 'out' } as const;
matchCases('physdev', {}, [
  ['--physdev-in veth+', { op: 'iface', which: 'physin', name: 'veth', prefix: true }],
  ['! --physdev-in veth0', not({ op: 'iface', which: 'physin', name: 'veth0', prefix: false })],
  ['--physdev-out veth0', { op: 'iface', which: 'physout', name: 'veth0', prefix: false }],
  [
    '! --physdev-out veth0',
    or(and(not(isIn), not(isOut)), and(isOut, not({ op: 'iface', which: 'physout', name: 'veth0', prefix: false }))),
  ],
  ['--physdev-in +', isIn],
  ['--physdev-is-in ! --physdev-is-out', and(isIn, not(isOut))],
  ['! --physdev-is-bridged', not({ op: 'physdev', is: 'bridged' })],
  ['--physdev-in sixteenletters00', FAIL],
  ['', FAIL],
]);

const member = { op: 'set', set: 'blocked', dims: ['src'], returnNomatch: false } as const;
matchCases('set', {}, [
  ['--match-set blocked src', member],
  ['! --match-set blocked src', not(member)],
  ['--match-set pairs src,dst,src --return-nomatch', { op: 'set', set: 'pairs', dims: ['src', 'dst', 'src'], returnNomatch: true }],
  ['--match-set blocked src ! --update-counters ! --update-subcounters', member],
  ['! --match-set blocked src --packets-gt 5', not(and(member, asks('ipset', 'the counters of set blocked (-m set --packets-gt 5)')))],
  ['--match-set blocked src ! --bytes-eq 5', and(member, asks('ipset', 'the counters of set blocked (-m set ! --bytes-eq 5)'))],
  ['--match-set blocked', FAIL],
  ['--match-set blocked source', FAIL],
  ['--match-set blocked src,src,src,src,src,src,src', FAIL],
  ['--return-nomatch', FAIL],
]);

matchCases('rpfilter', {}, [
  ['', { op: 'rpfilter', loose: false, validmark: false, acceptLocal: false }],
  ['--loose --validmark --accept-local --invert', not({ op: 'rpfilter', loose: true, validmark: true, acceptLocal: true })],
  ['! --loose', FAIL],
]);
matchCases('socket', {}, [
  ['', { op: 'socket', transparent: false, nowildcard: false }],
  ['--transparent --nowildcard', { op: 'socket', transparent: true, nowildcard: true }],
  [
    '--restore-skmark',
    and(
      { op: 'socket', transparent: false, nowildcard: false },
      asks('unknown', 'the mark that the socket gives the packet (--restore-skmark)'),
    ),
  ],
]);

const owner = (detail: string) => asks('owner', detail, { yes: 'owner', no: 'other' });
function ids(id: 'uid' | 'gid', lo: number, hi: number, option: string): Predicate {
  const asked = owner(`the ${id === 'uid' ? 'user' : 'group'} of the process that sends (-m owner ${option})`);
  return asked.op === 'unknown' ? { ...asked, question: { ...asked.question, owner: { id, ranges: [[lo, hi]] } } } : asked;
}
matchCases('owner', {}, [
  ['--uid-owner root', ids('uid', 0, 0, '--uid-owner root')],
  ['--uid-owner app', owner('the user of the process that sends (-m owner --uid-owner app)')],
  ['! --gid-owner 5-9', not(ids('gid', 5, 9, '--gid-owner 5-9'))],
  ['! --socket-exists', not({ op: 'owned' })],
  ['! --gid-owner 5 --suppl-groups', and(not(owner('the groups of the process that sends (-m owner --gid-owner 5)')), { op: 'owned' })],
  ['! --suppl-groups', FAIL],
]);
matchCases('cgroup', {}, [
  ['! --path system.slice', asks('cgroup', 'the control group of the process that sends (-m cgroup ! --path system.slice)')],
]);
matchCases('policy', {}, [
  ['--dir in --pol none', TRUE],
  ['--dir out --pol ipsec --strict --reqid 1 --proto esp --next --reqid 2', FALSE],
  ['--dir sideways --pol none', FAIL],
  ['--dir in', FAIL],
  ['! --dir in --pol none', FAIL],
  ['--dir in --pol none --nonsense', FAIL],
]);
for (const [name, text, detail] of [
  ['cpu', '! --cpu 1', 'which CPU handles the packet'],
  ['cluster', '--cluster-total-nodes 2 ! --cluster-local-node 1 --cluster-hash-seed 7', 'which node of the cluster the source belongs to'],
  ['realm', '--realm 10', 'the realm of the route'],
  ['connlabel', '! --label 5 --set', 'the labels of the connection'],
  ['ipvs', '--vaddr 10.0.0.1 ! --vport 80', 'whether IPVS balances the connection'],
  ['geoip', '! --src-cc CH,DE', 'the country of the address'],
] as const)
  matchCases(name, {}, [
    [text, asks('unknown', `${detail} (-m ${name} ${text})`)],
    ['--nonsense', FAIL],
  ]);
matchCases('osf', { proto: 6 }, [
  ['--genre Linux --ttl 0', asks('bytes', 'the operating system that the SYN looks like (-m osf --genre Linux --ttl 0)')],
  ['--genre Linux --ttl 3', FAIL],
  ['--ttl 1', FAIL],
]);
matchCases('nfacct', {}, [['--nfacct-name web', TRUE]]);
