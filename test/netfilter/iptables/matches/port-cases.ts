import { FALSE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, and } from './cases.js';

export const hasPorts = { op: 'in', field: 'sport', ranges: [[0, 65535]] } as const;

export const portTable = [
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
export const strict = [
  ['--dport 90:80', FAIL],
  ['--dport 65536', FAIL],
  ['--dport 0x50', { op: 'in', field: 'dport', ranges: [[80, 80]] }],
  ['--dport 0120', { op: 'in', field: 'dport', ranges: [[80, 80]] }],
] as const;

/** What the others take. */
export const mild = [
  ['--dport 60000:29', FALSE],
  ['--dport 65536', { op: 'in', field: 'dport', ranges: [[0, 0]] }],
  ['--dport 0x50', FAIL],
  ['--dport 0120', { op: 'in', field: 'dport', ranges: [[120, 120]] }],
] as const;
