import { inDeviceGroup } from '../machine/device-group.js';
import { tri, Tri, type MatchContext, type Test } from './context.js';
import type { Predicate } from '../../netfilter/index.js';

/** @returns the name of a device that a packet meets a hook with, empty where there is none. */
export function deviceOf(which: 'in' | 'out' | 'physin' | 'physout', context: MatchContext): string {
  switch (which) {
    case 'in':
      return context.in;
    case 'out':
      return context.out;
    case 'physin':
      return context.skb.physin;
    case 'physout':
      return context.skb.physout;
  }
}

/** devgroup_mt: rules that ask for an interface where there is none cannot be loaded (devgroup_mt_checkentry). */
export function devgroupTest({ which, group, mask }: Extract<Predicate, { readonly op: 'devgroup' }>): Test {
  return (context) => {
    const dev = which === 'in' ? context.in : context.out;
    if (dev === '') return Tri.No;
    const answer = inDeviceGroup(context.ns.interfaces.get(dev)?.group, group, mask);
    if (answer !== undefined) return tri(answer);
    const detail = `whether ${dev} is in group ${group}: ip -d link show ${dev} tells its group, /etc/iproute2/group the number behind a name`;
    context.questions.push({ category: 'unknown', yes: 'match', no: 'no-match', usual: false, detail });
    return Tri.Unknown;
  };
}

/** physdev_mt: the bridge ports that a packet came in by or leaves by. */
export function physdevTest(is: 'in' | 'out' | 'bridged'): Test {
  switch (is) {
    case 'in':
      return ({ skb }) => tri(skb.physin !== '');
    case 'out':
      return ({ skb }) => tri(skb.physout !== '');
    case 'bridged':
      return ({ skb }) => tri(skb.physout !== '');
  }
}
