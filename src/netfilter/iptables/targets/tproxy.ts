import type { OptionSyntax, TargetExtension } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { U32, address, arg, checkFlags, fail, find, requireProtocol, valueMask } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { host, marked } from '../grammar/values.js';
import type { RuleOption } from '../../../model/netfilter.js';
import { looksUpPort } from '../grammar/values.js';

const syntax: OptionSyntax = { '--on-port': 1, '--on-ip': 1, '--tproxy-mark': 1 };

const onPort: ReadsValue = (word, option) => String(looksUpPort(word, option));

/** All three are printed always (tproxy_tg_save). */
function withDefaults(options: readonly RuleOption[], { family }: OptionContext): readonly RuleOption[] {
  const made = (flag: string, value: string): RuleOption => find(options, flag) ?? { flag, negated: false, args: [value] };
  return [made('--on-port', '0'), made('--on-ip', family === 4 ? '0.0.0.0' : '::'), made('--tproxy-mark', '0x0/0x0')];
}

const form: Form = {
  options: {
    '--on-port': { values: [onPort] },
    '--on-ip': { values: [host] },
    '--tproxy-mark': { values: [marked(U32, true)] },
  },
  needs: [['--on-port']],
  protocols: [6, 17],
  tables: ['mangle'],
  hooks: ['PREROUTING'],
  print: withDefaults,
};

/** tproxy_tg4, tproxy_tg6 (xt_TPROXY.c). Port 0 keeps the packet's own; the address `0.0.0.0` stands for none. */
export const tproxyTarget: TargetExtension = {
  name: 'TPROXY',
  form,
  options: syntax,
  compile: (options, { family, proto }) => {
    checkFlags(options, syntax);
    requireProtocol(proto, [6, 17], '-j TPROXY');
    const on = find(options, '--on-port') ?? fail({ flag: '--on-port', negated: false, args: [] });
    const onIp = find(options, '--on-ip');
    const ip = onIp === undefined ? 0 : address(onIp, arg(onIp), family);
    const marked = find(options, '--tproxy-mark');
    const { value, mask } = marked === undefined ? { value: 0, mask: 0 } : valueMask(marked, arg(marked), U32);
    return { kind: 'tproxy', port: looksUpPort(arg(on), on), mark: value, mask, ...(BigInt(ip) === 0n ? {} : { ip }) };
  },
};
