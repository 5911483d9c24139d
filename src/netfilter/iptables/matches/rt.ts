import { extensionHeader } from '../extension-header.js';
import { printAddress } from '../addresses.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { number, rangeTo } from '../grammar/values.js';
import { U32 } from '../options.js';
import type { RuleOption } from '../../../model/netfilter.js';
import { address, arg, fail, unsigned } from '../options.js';

/** The options of type 0 want it named before them, and `--rt-0-not-strict` the addresses (rt_parse). */
function checkType(options: readonly RuleOption[]): void {
  const first = options.findIndex(({ flag }) => flag.startsWith('--rt-0-'));
  const special = options[first];
  const type = options.slice(0, first).find(({ flag }) => flag === '--rt-type');
  const strict = options.findIndex(({ flag }) => flag === '--rt-0-not-strict');
  if (strict >= 0 && !options.slice(0, strict).some(({ flag }) => flag === '--rt-0-addrs')) fail(options[strict]!);
  if (special !== undefined && (type === undefined || type.negated || unsigned(type, arg(type), U32) !== 0)) fail(special);
}

/** IP6T_RT_HOPS. */
const MOST_ADDRESSES = 16;

/** Addresses as inet_pton takes them (parse_addresses). */
const addresses: ReadsValue = (word, option) => {
  const all = word.split(',').map((one) => printAddress(address(option, one, 6)));
  return all.length > MOST_ADDRESSES ? fail(option) : all.join(',');
};

const form: Form = {
  options: {
    '--rt-type': { values: [number(U32)], not: true },
    '--rt-segsleft': { values: [rangeTo(U32, { dropAll: true })], not: true },
    '--rt-len': { values: [number(U32)], not: true },
    '--rt-0-res': { with: ['--rt-type'] },
    '--rt-0-addrs': { values: [addresses], with: ['--rt-type'] },
    '--rt-0-not-strict': { with: ['--rt-0-addrs'] },
  },
  check: checkType,
};

/** rt_mt6 (ip6t_rt.c). */
export const rt = extensionHeader(
  'rt',
  { '--rt-type': 1, '--rt-segsleft': 1, '--rt-len': 1, '--rt-0-res': 0, '--rt-0-addrs': 1, '--rt-0-not-strict': 0 },
  ['--rt-type', '--rt-segsleft', '--rt-len'],
  form,
);
