import type { Family } from '../../address/ip.js';
import type { Rule } from '../../model/netfilter.js';
import type { Never } from '../matching/never.js';
import type { Fix } from '../proof.js';
import { quote } from './shell.js';

const CHAIN = 'DOCKER-USER';
const TOOL = { 4: 'iptables', 6: 'ip6tables' } as const;

function withDevice(words: readonly string[], was: string, is: string): string {
  return words.map((word, i) => (word === was && ['-i', '-o'].includes(words[i - 1] ?? '') ? quote(is) : word)).join(' ');
}

function namedDevice(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === '-i' || word === '-o');
  return at < 0 ? undefined : words[at + 1];
}

/**
 * What makes a rule of DOCKER-USER do what it says, or away with it.
 * @param uplink the device by which the world comes in, for a rule that names one that is not there.
 */
export function makeEffective({ text }: Rule, family: Family, never: Never, uplink: string | undefined): Fix {
  const tool = TOOL[family];
  const old = `${tool} -D ${text.slice(3)}`;
  const words = text.split(' ').slice(2);
  const remove: Fix = { title: 'Delete it', commands: [old], changes: [] };
  const anew = (title: string, better: string): Fix => ({ title, commands: [`${tool} -I ${CHAIN} 1 ${better}`, old], changes: [] });
  switch (never.how) {
    case 'shadowed':
      return { title: 'Ask it first', commands: [old, `${tool} -I ${CHAIN} 1 ${words.join(' ')}`], changes: [] };
    case 'address': {
      const at = words.indexOf('-d');
      const asked = (words[at + 1] ?? '').replace(/\/(?:32|128)$/, '');
      const rest = [...words.slice(0, at), ...words.slice(at + 2)];
      const target = rest.indexOf('-j');
      return anew(
        'Match what the client asked for',
        [...rest.slice(0, target), '-m conntrack --ctorigdst', asked, '--ctdir ORIGINAL', ...rest.slice(target)].join(' '),
      );
    }
    case 'port':
      return never.instead === undefined
        ? remove
        : anew('Name the device that its packets come by', withDevice(words, never.instead.was, never.instead.is));
    case 'no-device': {
      const gone = namedDevice(words);
      return gone === undefined || uplink === undefined
        ? remove
        : anew(`Name a device that is there, such as ${uplink}`, withDevice(words, gone, uplink));
    }
    case 'unsatisfiable':
    case 'redundant':
      return remove;
  }
}
