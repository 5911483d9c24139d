import type { AtStart } from '../../model/at-start.js';
import type { Survey } from '../survey/survey.js';
import type { StartDifference } from './difference.js';

/** Settings that the Engine turns on as it starts (bridge/setup_ip_forwarding.go, setup_bridgenetfiltering.go). */
const OF_THE_ENGINE =
  /^net\.(?:ipv4\.(?:ip_forward|conf\.all\.forwarding)|ipv6\.conf\.(?:all|default)\.forwarding|bridge\.bridge-nf-call-ip6?tables)$/;

/** Settings of which a higher value lets less through. */
const NARROWS = /\.rp_filter$/;

const plain = (value: string): string => value.trim().replace(/\s+/g, ' ');

/** @returns settings of the network that files give another value than the kernel holds. */
export function changedSettings(survey: Survey, { settings }: AtStart): readonly StartDifference[] {
  const { sysctl } = survey.machine.root.netns;
  return [...settings].flatMap(([name, values]): readonly StartDifference[] => {
    const now = sysctl.get(name);
    const last = values.at(-1);
    if (now === undefined || last === undefined || !name.startsWith('net.')) return [];
    // which of several files is read last, their names alone do not tell where folders are mixed
    if (values.some(({ value }) => plain(value) === plain(now.value)) || (OF_THE_ENGINE.test(name) && plain(now.value) === '1')) return [];
    const isLess = Number(plain(last.value)) < Number(plain(now.value));
    return [
      {
        what: 'set',
        opens: NARROWS.test(name) ? isLess : !isLess,
        kind: 'sysctl',
        name,
        text: `${name} is ${plain(now.value)}, ${plain(last.value)} after a start`,
        origin: now.origin,
        lines: [
          { text: `${name} = ${now.value}`, origin: now.origin, note: 'now' },
          { text: `${name} = ${last.value}`, origin: last.origin, note: 'after a start' },
        ],
      },
    ];
  });
}
