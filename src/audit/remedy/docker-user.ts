import type { Family } from '../../address/ip.js';
import type { Command } from '../../model/command.js';
import { USER_CHAIN as CHAIN } from '../../inventory/index.js';
import type { Rule } from '../../model/netfilter.js';
import { ruleWords } from '../../netfilter/iptables/index.js';
import type { Never } from '../matching/never.js';
import type { Fix } from '../proof.js';
import { deletion, iptables } from './rule-commands.js';

function withDevice(words: readonly string[], was: string, is: string): readonly string[] {
  return words.map((word, i) => (word === was && ['-i', '-o'].includes(words[i - 1] ?? '') ? is : word));
}

function namedDevice(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === '-i' || word === '-o');
  return at < 0 ? undefined : words[at + 1];
}

/** The rule with what the client asked for in place of the destination after DNAT. */
function askedFor(words: readonly string[]): readonly string[] {
  const at = words.indexOf('-d');
  const asked = (words[at + 1] ?? '').replace(/\/(?:32|128)$/, '');
  const rest = [...words.slice(0, at), ...words.slice(at + 2)];
  const target = rest.indexOf('-j');
  return [...rest.slice(0, target), '-m', 'conntrack', '--ctorigdst', asked, '--ctdir', 'ORIGINAL', ...rest.slice(target)];
}

/**
 * What makes a rule of DOCKER-USER do what it says, or away with it.
 * @param uplink the device by which the world comes in, for a rule that names one that is not there.
 */
export function makeEffective(rule: Rule, family: Family, never: Never, uplink: string | undefined): Fix {
  const old = deletion(rule, family, 'filter');
  const words = ruleWords(rule);
  const remove: Fix = { title: 'Delete it', commands: [old] };
  if (words === undefined) return remove;
  const insertion = (better: readonly string[]): Command => iptables(family, 'filter', ['-I', CHAIN, '1', ...better]);
  const anew = (title: string, better: readonly string[]): Fix => ({ title, commands: [insertion(better), old] });
  switch (never.how) {
    case 'shadowed':
      return { title: 'Ask it first', commands: [old, insertion(words)] };
    case 'address':
      return anew('Match what the client asked for', askedFor(words));
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
