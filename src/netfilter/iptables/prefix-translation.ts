import type { Prefix } from '../../address/ip.js';
import { printNetwork } from './addresses.js';
import type { RuleOption } from '../../model/netfilter.js';
import type { HookName } from '../../model/netfilter.js';
import { NotLoaded, type TargetExtension } from './extension.js';
import type { Form, ReadsValue } from './grammar/form.js';
import { addressPrefix, arg, find, hostMask } from './options.js';
import { unknownTarget } from './plain-target.js';

const network = (option: RuleOption): Prefix => addressPrefix(option, arg(option), 6);
/** One of no bits is not printed. */
const prefix: ReadsValue = (_, option) => (network(option).length === 0 ? undefined : printNetwork(network(option)));

/** ip6t_npt_checkentry: lengths up to 64, no bits beyond them in what was written; the longer of two counts. */
function check(options: readonly RuleOption[]): void {
  const written = ['--src-pfx', '--dst-pfx'].map((flag) => find(options, flag)).filter((option) => option !== undefined);
  const [from, to] = written.map(network);
  if ([from, to].some((one) => one !== undefined && (one.length < 0 || one.length > 64)))
    throw new NotLoaded('a prefix', 'longer than 64 bits');
  const loose = written.find((option) => hostMask(option, arg(option), 6).addr !== network(option).addr);
  if (loose !== undefined) throw new NotLoaded(loose.flag, 'with bits beyond its length');
}

/** @returns SNPT or DNPT (ip6t_NPT.c): the address that they make, whose checksum they keep, is not computed. */
export function prefixTranslation(name: 'SNPT' | 'DNPT', detail: string, hooks: readonly HookName[]): TargetExtension {
  const form: Form = {
    options: { '--src-pfx': { values: [prefix] }, '--dst-pfx': { values: [prefix] } },
    needs: [['--src-pfx'], ['--dst-pfx']],
    tables: ['mangle'],
    hooks,
    check,
  };
  return unknownTarget(name, { '--src-pfx': 1, '--dst-pfx': 1 }, detail, form);
}
