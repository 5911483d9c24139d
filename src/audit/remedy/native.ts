import type { Family } from '../../address/ip.js';
import { command } from '../../command/index.js';
import type { Command } from '../../model/command.js';
import { isHostNetns } from '../../model/netns.js';
import type { Trace } from '../../model/trace.js';

/** The operator's own table: no program that keeps rules in nftables touches another's. */
const OWN = 'inet own-rules';
/** Before the chains of Docker, netavark and firewalld, which stand at `filter` or behind it: a drop there ends the packet, whatever they accept. */
const PRIORITY = 'filter - 1';

/** @returns whether the host's packets meet rules of nftables and no table of iptables: then a remedy speaks nft's language. */
export function isNative(trace: Trace): boolean {
  const tables = trace.steps.flatMap((step) => (step.kind === 'table' && isHostNetns(step.netns) ? [step] : []));
  return tables.some(({ nft }) => nft !== undefined) && tables.every(({ nft }) => nft !== undefined);
}

/** A name as nft reads one without quotes (scanner.l, string). */
const PLAIN = /^[A-Za-z_.][\w.-]*$/;

function device(name: string): string | undefined {
  if (PLAIN.test(name)) return name;
  return /["*\\]/.test(name) ? undefined : `"${name}"`;
}

/** One condition of iptables in nft's words, and how many of the words were its own. */
function condition(words: readonly string[], family: Family): { readonly text: readonly string[]; readonly used: number } | undefined {
  const [option = '', value = '', more = ''] = words;
  const ip = family === 4 ? 'ip' : 'ip6';
  const bare = value.replace(/\/(?:32|128)$/, '');
  switch (option) {
    case '-i':
    case '-o': {
      const name = device(value);
      return name === undefined ? undefined : { text: [option === '-i' ? 'iifname' : 'oifname', name], used: 2 };
    }
    case '-s':
    case '-d':
      return { text: [ip, option === '-s' ? 'saddr' : 'daddr', bare], used: 2 };
    case '-p':
      return { text: ['meta', 'l4proto', value], used: 2 };
    case '-m':
      return value === 'conntrack'
        ? { text: [], used: 2 }
        : more === '--dport'
          ? { text: [value, 'dport', words[3] ?? ''], used: 4 }
          : undefined;
    case '--ctorigdst':
      return { text: ['ct', 'original', ip, 'daddr', bare], used: 2 };
    case '--ctorigdstport':
      return { text: ['ct', 'original', 'proto-dst', value], used: 2 };
    case '--ctdir':
      return { text: ['ct', 'direction', value.toLowerCase()], used: 2 };
    case '!':
      return value === '--ctstate' && more === 'DNAT' ? { text: ['ct', 'status', '&', 'dnat', '==', '0'], used: 3 } : undefined;
    default:
      return undefined;
  }
}

/** @returns the conditions of a rule of iptables as nft says them; undefined where one of them has no counterpart here. */
export function inNft(conditions: readonly string[], family: Family): readonly string[] | undefined {
  const text: string[] = [];
  for (let rest = conditions; rest.length > 0;) {
    const found = condition(rest, family);
    if (found === undefined) return undefined;
    text.push(...found.text);
    rest = rest.slice(found.used);
  }
  return [...(conditions.includes('-s') || conditions.includes('-d') ? [] : ['meta', 'nfproto', family === 4 ? 'ipv4' : 'ipv6']), ...text];
}

/**
 * A drop in a base chain of the operator's own, before all chains at `filter`.
 * @returns undefined where a condition cannot be said in nft's words.
 */
export function ownDrop(
  hook: 'forward' | 'input',
  conditions: readonly string[],
  family: Family,
): { readonly commands: readonly Command[]; readonly tried: true } | undefined {
  const words = inNft(conditions, family);
  if (words === undefined) return undefined;
  const [of = '', table = ''] = OWN.split(' ');
  const block = `{ type filter hook ${hook} priority ${PRIORITY}; policy accept; }`;
  const all = [
    ['add', 'table', of, table],
    ['add', 'chain', of, table, hook, block],
    ['add', 'rule', of, table, hook, ...words, 'drop'],
  ];
  return {
    commands: all.map((one) => command('nft', ...one)),
    tried: true,
  };
}
