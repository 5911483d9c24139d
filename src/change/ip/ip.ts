import type { Family } from '../../address/ip.js';
import type { Host } from '../../model/host.js';
import { applyAddress } from './addresses.js';
import { refuse, type Change } from '../change.js';
import type { IpCommand } from './command.js';
import { applyLink } from './links.js';
import { applyPolicyRule } from './policy-rules.js';
import { applyRoute } from './routes.js';

/** iproute2's objects in the order in which it tries abbreviations (do_cmd of ip.c). */
const OBJECTS = ['address', 'addrlabel', 'maddress', 'route', 'rule', 'neighbor', 'neighbour', 'ntable', 'link'] as const;

const HANDLERS: ReadonlyMap<string, (host: Host, change: Change, command: IpCommand) => Host> = new Map([
  ['address', applyAddress],
  ['route', applyRoute],
  ['rule', applyPolicyRule],
  ['link', applyLink],
]);

/** `ip [-4|-6] [-n NETNS] route|rule|address|link …`: what of it changes a host's namespace. */
export function applyIp(host: Host, change: Change): Host {
  let family: Family | undefined;
  const words = change.words.slice(1);
  while (words[0]?.startsWith('-') === true) {
    const option = words.shift()!;
    if (option === '-4' || option === '-6') family = option === '-4' ? 4 : 6;
    else if (option === '-n' || option.startsWith('-net'))
      return applyIp(host, { ...change, netns: namespace(host, change, words.shift()), words: ['ip', ...words] });
    else refuse(change, `the option ${option} of ip is not understood; -4, -6 and -n NAME are`);
  }
  const [given = '', verb = '', ...rest] = words;
  const object = OBJECTS.find((one) => given !== '' && one.startsWith(given));
  const handler = object && HANDLERS.get(object);
  if (handler === undefined) refuse(change, `of ip, route, rule, address and link are understood, not "${given}"`);
  return handler(host, change, { family, verb, words: rest });
}

function namespace(host: Host, change: Change, name: string | undefined): string {
  if (name === undefined || !host.netns.has(name))
    refuse(change, `the snapshot holds no namespace "${name ?? ''}"; it holds ${[...host.netns.keys()].slice(0, 12).join(', ')}`);
  return name;
}
