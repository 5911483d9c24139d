import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, and, asks, matchCases, not, or } from './cases.js';

const hasPorts = { op: 'in', field: 'sport', ranges: [[0, 65535]] } as const;
const isTcp = { op: 'in', field: 'tcpFlags', ranges: [[0, 255]] } as const;
const syn = { op: 'masked', field: 'tcpFlags', mask: 0x17, value: 0x02 } as const;

const portTable = [
  ['', hasPorts],
  ['--dport 80', { op: 'in', field: 'dport', ranges: [[80, 80]] }],
  ['--destination-port https', { op: 'in', field: 'dport', ranges: [[443, 443]] }],
  [
    '! --dport 80',
    {
      op: 'in',
      field: 'dport',
      ranges: [
        [0, 79],
        [81, 65535],
      ],
    },
  ],
  ['--sport 1024:', { op: 'in', field: 'sport', ranges: [[1024, 65535]] }],
  ['! --source-port :1023', { op: 'in', field: 'sport', ranges: [[1024, 65535]] }],
  ['! --sport 0:65535', FALSE],
  [
    '--sport 53 --dport 1024:65535',
    and({ op: 'in', field: 'sport', ranges: [[53, 53]] }, { op: 'in', field: 'dport', ranges: [[1024, 65535]] }),
  ],
  ['--dport nonsense', FAIL],
  ['--dport 1:2:3', FAIL],
  ['--dport 80 --destination-port 81', FAIL],
] as const;

/** tcp and sctp read ports themselves; the others have getaddrinfo read them, which takes any number, and no range is upside down. */
const strict = [
  ['--dport 90:80', FAIL],
  ['--dport 65536', FAIL],
  ['--dport 0x50', { op: 'in', field: 'dport', ranges: [[80, 80]] }],
  ['--dport 0120', { op: 'in', field: 'dport', ranges: [[80, 80]] }],
] as const;
const mild = [
  ['--dport 60000:29', FALSE],
  ['--dport 65536', { op: 'in', field: 'dport', ranges: [[0, 0]] }],
  ['--dport 0x50', FAIL],
  ['--dport 0120', { op: 'in', field: 'dport', ranges: [[120, 120]] }],
] as const;

matchCases('tcp', { proto: 6 }, [
  ...portTable,
  ...strict,
  ['--syn', syn],
  ['--tcp-flags FIN,SYN,RST,ACK SYN', syn],
  ['! --syn', and(isTcp, not(syn))],
  ['--tcp-flags ALL NONE', { op: 'masked', field: 'tcpFlags', mask: 63, value: 0 }],
  ['! --tcp-flags SYN,ACK FIN', and(isTcp, not({ op: 'masked', field: 'tcpFlags', mask: 18, value: 1 }))],
  ['--tcp-option 2', { op: 'in', field: 'tcpOption', ranges: [[2, 2]] }],
  ['! --tcp-option 30', and(isTcp, not({ op: 'in', field: 'tcpOption', ranges: [[30, 30]] }))],
  ['--dport 22 --syn', and({ op: 'in', field: 'dport', ranges: [[22, 22]] }, syn)],
  ['--tcp-option 0', FAIL],
  ['--tcp-option 256', FAIL],
  ['--tcp-flags SYN NONSENSE', FAIL],
]);
matchCases('tcp', { proto: 0 }, [['--dport 80', FAIL]]);
matchCases('udp', { proto: 17 }, [...portTable, ...mild]);
matchCases('udp', { proto: 6 }, [['--dport 80', FAIL]]);
matchCases('udplite', { proto: 136 }, [...portTable, ...mild]);
matchCases('dccp', { proto: 33 }, [
  ...portTable,
  ...mild,
  ['--dccp-types REQUEST', asks('bytes', 'the DCCP header (-m dccp --dccp-types REQUEST)')],
  ['! --dccp-option 3', asks('bytes', 'the DCCP header (-m dccp ! --dccp-option 3)')],
]);
matchCases('sctp', { proto: 132 }, [
  ...portTable.filter(([text]) => !text.includes('https')),
  ['--dport https', FAIL],
  ...strict,
  ['--chunk-types all INIT', asks('bytes', 'the SCTP chunks (-m sctp --chunk-types all INIT)')],
]);

matchCases('multiport', { proto: 6 }, [
  [
    '--dports 80,443',
    {
      op: 'in',
      field: 'dport',
      ranges: [
        [80, 80],
        [443, 443],
      ],
    },
  ],
  ['--destination-ports 80:81', { op: 'in', field: 'dport', ranges: [[80, 81]] }],
  [
    '! --sports 1,10:20,15:30',
    {
      op: 'in',
      field: 'sport',
      ranges: [
        [0, 0],
        [2, 9],
        [31, 65535],
      ],
    },
  ],
  ['--ports 53', or({ op: 'in', field: 'sport', ranges: [[53, 53]] }, { op: 'in', field: 'dport', ranges: [[53, 53]] })],
  ['! --ports 0', and({ op: 'in', field: 'sport', ranges: [[1, 65535]] }, { op: 'in', field: 'dport', ranges: [[1, 65535]] })],
  [
    '--dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15',
    { op: 'in', field: 'dport', ranges: [...Array.from({ length: 13 }, (_, i) => [i + 1, i + 1] as const), [14, 15]] },
  ],
  ['--dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15:16', FAIL],
  ['--dports 5:5', FAIL],
  ['--dports 5:', FAIL],
  ['--dports', FAIL],
  ['--sports 1 --dports 2', FAIL],
  ['', FAIL],
]);
matchCases('multiport', { proto: 1 }, [['--dports 80', FAIL]]);
