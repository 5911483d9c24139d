import { FALSE, TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, and, asks, matchCases, not } from './cases.js';

for (const [name, text] of [
  ['frag', '--fragid 1:2 ! --fraglen 8 --fragfirst'],
  ['rt', '--rt-type 0 ! --rt-segsleft 1 --rt-0-addrs ::1,::2'],
  ['hbh', '! --hbh-len 4 --hbh-opts 1:2,3'],
  ['dst', '--dst-len 4'],
  ['srh', '! --srh-tag 1'],
] as const)
  matchCases(name, { family: 6 }, [
    [text, FALSE],
    ['--nonsense', FAIL],
  ]);

const never = { op: 'const', value: false } as const;
const always = { op: 'const', value: true } as const;
matchCases('ipv6header', { family: 6 }, [
  ['--header prot', always],
  ['! --header protocol', never],
  ['--header hop-by-hop', never],
  ['! --header frag', always],
  ['--header hop,prot --soft', never],
  ['! --header 0,44 --soft', always],
  ['--header prot --soft', always],
  ['--header nonsense', FAIL],
  ['--soft', FAIL],
]);
matchCases('eui64', { family: 6 }, [['', asks('unknown', 'whether the source address is made from the MAC address (-m eui64)')]]);
matchCases('mh', { family: 6, proto: 135 }, [['--mh-type 1:3', asks('bytes', 'the mobility header (--mh-type 1:3)')]]);

const isAh = { op: 'in', field: 'proto', ranges: [[51, 51]] } as const;
matchCases('ah', { family: 6 }, [
  ['', isAh],
  ['! --ahspi 5 --ahres', and(isAh, not(asks('bytes', 'the security parameter index (-m ah --ahspi 5)')))],
  ['--ahlen 12', and(isAh, asks('bytes', 'the length of the AH header (--ahlen 12)'))],
]);
matchCases('ah', { family: 4, proto: 51 }, [
  ['', TRUE],
  ['--ahspi 1:5', asks('bytes', 'the security parameter index (-m ah --ahspi 1:5)')],
  ['--ahspi 5:1', FALSE],
]);
matchCases('ah', { family: 4, proto: 6 }, [['', FAIL]]);
matchCases('esp', { proto: 50 }, [
  ['--espspi 0:4294967295', TRUE],
  ['! --espspi 0x10', not(asks('bytes', 'the security parameter index (-m esp --espspi 0x10)'))],
]);
matchCases('ipcomp', { proto: 108 }, [
  ['--ipcompspi 5 --compres', asks('bytes', 'the security parameter index (-m ipcomp --ipcompspi 5)')],
]);
