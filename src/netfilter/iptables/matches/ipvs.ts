import { opaqueMatch } from '../opaque.js';
import { addressPrefix, fail, port } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { oneOf } from '../grammar/values.js';
import { printNetwork } from '../addresses.js';
import { readProtocolAsWritten } from '../numbers.js';

const portNumber: ReadsValue = (word, option) => String(port(option, word));
const protocol: ReadsValue = (word, option) => String(readProtocolAsWritten(word) ?? fail(option));
const network: ReadsValue = (word, option, { family }) => printNetwork(addressPrefix(option, word, family));

const form: Form = {
  options: {
    '--ipvs': { not: true },
    '--vproto': { values: [protocol], not: true },
    '--vaddr': { values: [network], not: true },
    '--vport': { values: [portNumber], not: true },
    '--vdir': { values: [oneOf(['ORIGINAL', 'REPLY'], true)] },
    '--vmethod': { values: [oneOf(['GATE', 'IPIP', 'MASQ'], true)], not: true },
    '--vportctl': { values: [portNumber], not: true },
  },
  needs: [['--ipvs', '--vproto', '--vaddr', '--vport', '--vdir', '--vmethod', '--vportctl']],
};

/** ipvs_mt (xt_ipvs.c). */
export const ipvs = opaqueMatch({
  name: 'ipvs',
  options: { '--ipvs': 0, '--vproto': 1, '--vaddr': 1, '--vport': 1, '--vdir': 1, '--vmethod': 1, '--vportctl': 1 },
  form,
  negatable: ['--ipvs', '--vproto', '--vaddr', '--vport', '--vmethod', '--vportctl'],

  detail: 'whether IPVS balances the connection',
});
