import type { OptionSyntax, TargetExtension } from '../extension.js';
import { U32, address, arg, checkFlags, fail, find, port, requireProtocol, valueMask } from '../options.js';

const syntax: OptionSyntax = { '--on-port': 1, '--on-ip': 1, '--tproxy-mark': 1 };

/** tproxy_tg4, tproxy_tg6 (xt_TPROXY.c). Port 0 keeps the packet's own; the address `0.0.0.0` stands for none. */
export const tproxyTarget: TargetExtension = {
  name: 'TPROXY',
  options: syntax,
  compile: (options, { family, proto }) => {
    checkFlags(options, syntax);
    requireProtocol(proto, [6, 17], '-j TPROXY');
    const on = find(options, '--on-port') ?? fail({ flag: '--on-port', negated: false, args: [] });
    const onIp = find(options, '--on-ip');
    const ip = onIp === undefined ? 0 : address(onIp, arg(onIp), family);
    const marked = find(options, '--tproxy-mark');
    const { value, mask } = marked === undefined ? { value: 0, mask: 0 } : valueMask(marked, arg(marked), U32);
    return { kind: 'tproxy', port: port(on, arg(on)), mark: value, mask, ...(BigInt(ip) === 0n ? {} : { ip }) };
  },
};
