import { FAIL, matchCases } from './cases.js';

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
  // as iptables 1.8.9 takes them: nothing between commas is nothing, and nothing at all is too little
  ['--header prot,', always],
  ['--header ,auth,,esp', never],
  ['--header ,', FAIL],
  ['--header nonsense', FAIL],
  ['--header HOP', FAIL],
  ['--soft', FAIL],
]);
