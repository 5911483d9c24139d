import { CT_STATE, CT_STATUS } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, and, asks, matchCases, not, or } from './cases.js';

const noConnection = { op: 'anybit', field: 'ctstate', mask: CT_STATE.INVALID | CT_STATE.UNTRACKED } as const;

const related = { op: 'anybit', field: 'ctstate', mask: CT_STATE.RELATED | CT_STATE.ESTABLISHED } as const;

const tenNet = { op: 'in', field: 'ctorigsrc', ranges: [[0x0a000000, 0x0affffff]] } as const;

matchCases('conntrack', { family: 4 }, [
  ['--ctstate RELATED,ESTABLISHED', related],
  ['--ctstate related,Established', related],
  ['! --ctstate RELATED,ESTABLISHED', not(related)],
  ['--ctstate NEW,DNAT,SNAT', { op: 'anybit', field: 'ctstate', mask: CT_STATE.NEW | CT_STATE.DNAT | CT_STATE.SNAT }],
  ['--ctstate INVALID', { op: 'anybit', field: 'ctstate', mask: CT_STATE.INVALID }],
  ['--ctstate UNTRACKED', { op: 'anybit', field: 'ctstate', mask: CT_STATE.UNTRACKED }],
  ['--ctorigsrc 10.0.0.0/8', tenNet],
  ['! --ctorigsrc 10.0.0.0/8', and(not(noConnection), not(tenNet))],
  ['--ctstate RELATED,ESTABLISHED ! --ctorigsrc 10.0.0.0/8', and(related, or(noConnection, not(tenNet)))],
  // a mask with holes is none, and bits beyond a mask are kept and say nothing
  ['--ctorigdst 10.0.0.1/255.0.0.255', { op: 'in', field: 'ctorigdst', ranges: [[0x0a000001, 0x0a000001]] }],
  ['--ctorigdst 10.1.2.3/255.0.0.0', { op: 'in', field: 'ctorigdst', ranges: [[0x0a000000, 0x0affffff]] }],
  // getaddrinfo fills what is left by the last part
  ['--ctorigdst 10/8', { op: 'in', field: 'ctorigdst', ranges: [[0, 0xffffff]] }],
  ['--ctreplsrc 0.0.0.0/0', { op: 'in', field: 'ctreplsrc', ranges: [[0, 0xffffffff]] }],
  ['--ctrepldst 10.0.0.1', { op: 'in', field: 'ctrepldst', ranges: [[0x0a000001, 0x0a000001]] }],
  ['! --ctproto 0', and(not(noConnection), { op: 'in', field: 'ctproto', ranges: [[1, 255]] })],
  ['--ctproto tcp', { op: 'in', field: 'ctproto', ranges: [[6, 6]] }],
  [
    '! --ctproto 17',
    and(not(noConnection), {
      op: 'in',
      field: 'ctproto',
      ranges: [
        [0, 16],
        [18, 255],
      ],
    }),
  ],
  ['--ctorigsrcport 80', { op: 'in', field: 'ctorigsrcport', ranges: [[80, 80]] }],
  ['--ctorigdstport 80:90', { op: 'in', field: 'ctorigdstport', ranges: [[80, 90]] }],
  ['--ctreplsrcport http', { op: 'in', field: 'ctreplsrcport', ranges: [[80, 80]] }],
  ['! --ctrepldstport 1:', and(not(noConnection), { op: 'in', field: 'ctrepldstport', ranges: [[0, 0]] })],
  ['--ctstatus ASSURED,EXPECTED', { op: 'anybit', field: 'ctstatus', mask: CT_STATUS.ASSURED | CT_STATUS.EXPECTED }],
  ['--ctstatus NONE', { op: 'anybit', field: 'ctstatus', mask: 0 }],
  ['! --ctstatus SEEN_REPLY', and(not(noConnection), not({ op: 'anybit', field: 'ctstatus', mask: CT_STATUS.SEEN_REPLY }))],
  ['--ctdir ORIGINAL', { op: 'in', field: 'ctdir', ranges: [[0, 0]] }],
  ['--ctdir reply', { op: 'in', field: 'ctdir', ranges: [[1, 1]] }],
  ['--ctexpire 10:20', asks('time', 'the remaining life of the connection (-m conntrack --ctexpire 10:20)')],
  ['! --ctexpire 5', and(not(noConnection), not(asks('time', 'the remaining life of the connection (-m conntrack --ctexpire 5)')))],
  ['--ctstate NEW,NONSENSE', FAIL],
  ['--ctdir SIDEWAYS', FAIL],
  ['! --ctdir REPLY', FAIL],
  ['--ctproto nonsense', FAIL],
  ['--ctorigsrc fd00::/8', FAIL],
  ['--ctorigsrcport 70000', { op: 'in', field: 'ctorigsrcport', ranges: [[70000 - 65536, 70000 - 65536]] }],
  ['--ctorigsrcport 0x50', FAIL],
  ['--ctstatus NONSENSE', FAIL],
  ['--ctstate NEW --ctstate INVALID', FAIL],
]);

matchCases('conntrack', { family: 6 }, [
  ['--ctorigdst fd00::/8', { op: 'in', field: 'ctorigdst', ranges: [[0xfdn << 120n, (0xfen << 120n) - 1n]] }],
  ['--ctorigdst 10.0.0.1', FAIL],
]);
