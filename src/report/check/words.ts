export { witnessCommand } from '../witness.js';
import type { AssertionResult, Violation } from '../../model/policy.js';
import { lackText } from '../lacks.js';

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

/** @returns why an assertion does not pass, beside the ways against it; each a sentence. */
export function reasonsOf({ empty, lacking, blanked, verdict }: AssertionResult): readonly string[] {
  return [
    ...empty.map(({ name, why }) => `"${name}" stands for nothing: ${why} (--allow-empty ${name} lets it)`),
    ...blanked.map(
      (name) => `undecided: whom "${name}" stands for cannot be told, values of labels were left out when the snapshot was taken`,
    ),
    ...lacking.map((lack) => `${lack.accepted === true ? 'accepted: ' : verdict === 'undecided' ? 'undecided: ' : ''}${lackText(lack)}`),
  ];
}
