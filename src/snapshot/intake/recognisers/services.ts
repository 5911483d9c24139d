import type { Call, Recogniser } from '../piece.js';

/** Services whose state tells of rules that iptables does not show. */
const NAMED = /^(?:firewalld|kube-proxy)(?:\.service)?$/;
const RUNNING = /^\s*(?:running|active)\s*$|^\s*Active: active \((?:running|exited)\)/;
const STOPPED = /^\s*(?:not running|inactive|failed|unknown)\s*$|^\s*Active: (?:inactive|failed)/;

/** The service whose state a command asks; undefined where it asks something else. */
function askedBy({ program, args }: Call): string | undefined {
  if (program === 'firewall-cmd') return args.includes('--state') ? 'firewalld' : undefined;
  if (program !== 'systemctl') return undefined;
  const [verb, service, another] = args.filter((word) => !word.startsWith('-'));
  const asks = (verb === 'is-active' || verb === 'status') && another === undefined && NAMED.test(service ?? '');
  return asks ? service?.replace(/\.service$/, '') : undefined;
}

/** `firewall-cmd --state`, `systemctl is-active firewalld`, `systemctl status firewalld`: whether a service runs. */
export const SERVICES: Recogniser = {
  name: 'the state of a service',
  begins: () => false,
  goesOn: (line) => RUNNING.test(line) || STOPPED.test(line) || /^[●\s]/.test(line),
  printedBy: (call) => askedBy(call) !== undefined,
  place: (lines, call) => {
    const service = call === undefined ? undefined : askedBy(call);
    const state = lines.some((line) => RUNNING.test(line)) ? 'running' : lines.some((line) => STOPPED.test(line)) ? 'stopped' : undefined;
    if (service === undefined || state === undefined) return 'it does not tell whether a service runs';
    const as = (_: string, index: number): string => (index === 0 ? `${service} ${state}` : '');
    return { folder: 'netns', name: 'services.txt', variant: service, rank: 0, as };
  },
};
