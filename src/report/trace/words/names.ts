import type { Account, AccountEnd, RuleOwner } from '../../../model/account.js';
import { isHostNetns } from '../../../model/netns.js';
import { outsideWord } from '../../../model/outside.js';
import type { TracedFlow } from '../../../model/trace.js';

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** @returns who an end of a flow is, as people say it. */
export function whoIs({ name, called, kind }: AccountEnd): string {
  if (kind === 'container') return called === undefined ? name : `${called} (${name})`;
  if (kind === 'host') return isHostNetns(name) ? 'the host' : `${name} (the host)`;
  if (outsideWord(name) === 'internet') return 'the internet';
  return /^lan(?:@|$)/.test(name) ? 'the network outside' : `${name}, outside this host`;
}

/** @returns the name of a container, whatever the question calls it; of another end, as the question has it. */
export const nameOf = ({ name, called }: AccountEnd): string => called ?? name;

/** @returns the networks of an end: `network bridge`, `networks a and b`. */
export function networksOf({ networks }: AccountEnd): string {
  return `network${networks.length === 1 ? '' : 's'} ${listed(networks)}`;
}

/** @returns whether two ends have a network in common. */
export function shared({ from, to }: Account): string | undefined {
  return from.networks.find((name) => to.networks.includes(name));
}

/** @returns the program that keeps a rule, to begin a sentence with. */
export function ownerName(owner: RuleOwner): string {
  switch (owner.kind) {
    case 'docker':
      return 'Docker';
    case 'program':
      return owner.name;
    case 'you':
      return 'The firewall of this host';
    case 'docker or you':
      return 'The host (by Docker’s default, or yours)';
    case 'ufw':
    case 'firewalld':
    case 'netavark':
      return owner.kind;
  }
}

/** @returns `A rule of Docker's`, `A rule of your own`. */
export function ruleOf(owner: RuleOwner): string {
  if (owner.kind === 'you' || owner.kind === 'docker or you') return 'A rule of your own';
  return `A rule of ${ownerName(owner)}`;
}

/** @returns what is asked for: `tcp port 80`, `a ping`. */
export function asked({ proto, dport }: TracedFlow): string {
  return proto === 'icmp' ? 'a ping' : `${proto} port ${dport ?? 0}`;
}

/** @returns what begins a sentence; a name stays as it is written. */
export function begin(text: string): string {
  return text.startsWith('the ') ? `The ${text.slice(4)}` : text;
}

/** @returns a phrase of our own as the beginning of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
