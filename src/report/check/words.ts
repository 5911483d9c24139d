import type { Violation } from '../../model/policy.js';
import type { FlowRequest } from '../../model/trace.js';

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

/** @returns the command that walks a witness. */
export function witnessCommand({ from, to, proto, dport, sport }: FlowRequest): string {
  return `--from ${from} --to ${to}${proto === undefined ? '' : ` --proto ${proto}`}${dport === undefined ? '' : ` --port ${dport}`}${sport === undefined ? '' : ` --sport ${sport}`}`;
}
