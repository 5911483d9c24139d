import type { Predicate } from '../../../predicate/predicate.js';
import type { Term } from '../../../term.js';
import type { MetaExpression } from '../../ast.js';
import { field, hidden, one, question, type CompileContext, type Selected } from '../context.js';

const constant = (value: number): Term => ({ op: 'const', value });

/** NFPROTO_* of the chain's own family, where the packet does not tell it (nft_pf). */
const OWN_FAMILY: Readonly<Partial<Record<CompileContext['family'], number>>> = { ip: 2, ip6: 10, bridge: 7, arp: 3, netdev: 5 };

const HAS_IN: Predicate = { op: 'not', of: { op: 'iface', which: 'in', name: '', prefix: false } };
const HAS_OUT: Predicate = { op: 'not', of: { op: 'iface', which: 'out', name: '', prefix: false } };

const ABOUT_SENDER = { yes: 'owner', no: 'other', usual: false };

/** nft_meta_get_eval_skugid: of a packet that no program's socket sends there is none. */
function sender(context: CompileContext, id: 'uid' | 'gid', what: string): Selected {
  return one({ op: 'unknown', question: { ...question(context, 'owner', what, ABOUT_SENDER), owner: { id, ranges: [[0, 0xffffffff]] } } });
}

/** nft_meta_get_eval (net/netfilter/nft_meta.c, bridge/netfilter/nft_meta_bridge.c): what the kernel keeps beside the packet. */
export function meta({ key }: MetaExpression, context: CompileContext): Selected {
  switch (key) {
    case 'mark':
      return field('mark');
    case 'length':
      return field('length');
    case 'l4proto':
      return field('proto');
    case 'nfproto': {
      const own = OWN_FAMILY[context.family];
      return own === undefined ? field('ctfamily') : one(constant(own));
    }
    case 'protocol':
      return field('ethertype');
    // an index is listed as the name of the interface that has it; one that is gone, as a number, which nothing has
    case 'iif':
    case 'iifname':
      return one({ op: 'ifname', which: 'in' });
    case 'oif':
    case 'oifname':
      return one({ op: 'ifname', which: 'out' });
    case 'iiftype':
      return field('iiftype');
    case 'oiftype':
      return field('oiftype');
    case 'ibrname':
    case 'ibriport':
      return one({ op: 'ifname', which: 'ibr' });
    case 'obrname':
    case 'obriport':
      return one({ op: 'ifname', which: 'obr' });
    case 'pkttype':
      return field('pkttype');
    case 'iifgroup':
      return one({ op: 'unknown', question: { ...GROUP, detail: `the group of the input device (${context.text})` } }, HAS_IN);
    case 'oifgroup':
      return one({ op: 'unknown', question: { ...GROUP, detail: `the group of the output device (${context.text})` } }, HAS_OUT);
    case 'skuid':
      return sender(context, 'uid', 'the user of the process that sends');
    case 'skgid':
      return sender(context, 'gid', 'the group of the process that sends');
    case 'cgroup':
      return hidden(context, 'cgroup', 'the control group of the process that sends');
    case 'nftrace':
      return one(constant(0));
    case 'secpath':
    case 'ipsec':
      return hidden(context, 'unknown', 'whether IPsec has handled the packet');
    case 'random':
      return hidden(context, 'random', 'a random number');
    case 'time':
    case 'day':
    case 'hour':
      return hidden(context, 'time', `the time (meta ${key})`, { yes: 'inside', no: 'outside', usual: true });
    default:
      return hidden(context, 'unknown', `\`meta ${key}\`, which no listing shows`);
  }
}

const GROUP = { category: 'unknown', yes: 'match', no: 'no-match', usual: false } as const;
