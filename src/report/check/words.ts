export { witnessCommand } from '../witness.js';
import type { Violation } from '../../model/policy.js';

/** @returns what happened against the assertion, in one sentence. */
export function violationText({ from, to, what, ports, proto }: Violation): string {
  const asked = proto === 'icmp' ? 'with an ICMP echo' : `on ${proto} ${ports}`;
  switch (what) {
    case 'reached':
      return `${from} reaches ${to}, asking ${asked}`;
    case 'not reached':
      return `${from} does not reach ${to}`;
    case 'undecided':
      return `whether ${from} reaches ${to}, asking ${asked}, the snapshot does not tell`;
  }
}
