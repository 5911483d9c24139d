import { maskIp, type Family, type Prefix } from '../../../address/ip.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import { arg, checkFlags, fail, find, hostMask } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { printNetwork } from '../addresses.js';

const syntax: OptionSyntax = { '--to': 1 };

/** A network without bits beyond its mask. */
function block(option: RuleOption, text: string, family: Family): Prefix {
  const { addr, mask, length } = hostMask(option, text, family);
  return { addr: maskIp(addr, mask), mask, length };
}

const blockText: ReadsValue = (word, option, { family }) => printNetwork(block(option, word, family));

const form: Form = {
  options: {
    '--to': { values: [blockText] },
  },
  needs: [['--to']],
  tables: ['nat'],
};

/** netmap_tg4, netmap_tg6 (xt_NETMAP.c). */
export const netmapTarget: TargetExtension = {
  name: 'NETMAP',
  form,
  options: syntax,
  compile: (options, { family }) => {
    checkFlags(options, syntax);
    const to = find(options, '--to') ?? fail({ flag: '--to', negated: false, args: [] });
    const { addr, mask } = block(to, arg(to), family);
    return { kind: 'netmap', addr, mask };
  },
};
