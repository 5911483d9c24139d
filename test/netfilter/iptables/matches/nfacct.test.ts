import { TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { matchCases } from './cases.js';

matchCases('nfacct', {}, [['--nfacct-name web', TRUE]]);
