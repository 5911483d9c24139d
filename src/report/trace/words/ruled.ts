import type { Account, RuleOwner, RulePurpose } from '../../../model/account.js';
import type { Trace } from '../../../model/trace.js';
import { asked, begin, nameOf, networksOf, ownerName, ruleOf, shared, whoIs } from './names.js';
import { onItsWay } from './on-its-way.js';

/** Two containers that no network joins: each by its networks. */
function apart({ from, to }: Account): string | undefined {
  if (from.networks.length === 0 || to.networks.length === 0) return undefined;
  return `${whoIs(from)} is on ${networksOf(from)}, ${whoIs(to)} on ${networksOf(to)}`;
}

function keepsApart(account: Account, owner: RuleOwner): string {
  const where = shared(account) === undefined ? apart(account) : undefined;
  const says = `${ownerName(owner)} keeps networks apart`;
  return where === undefined
    ? `${says}: nothing of another network comes to ${account.guards === undefined ? 'that one' : `network ${account.guards}`}`
    : `${where}; ${says}`;
}

function direct(account: Account, owner: RuleOwner): string {
  if (account.from.kind === 'container' && shared(account) === undefined) return keepsApart(account, owner);
  const network = account.guards === undefined ? 'its own network' : `network ${account.guards}`;
  const whom = account.to.kind === 'container' ? `${nameOf(account.to)}’s own address` : 'a container’s own address';
  return `${ownerName(owner)} lets only ${network} and the host come to ${whom}; everybody else comes by published ports`;
}

function rest(account: Account, owner: RuleOwner, trace: Trace, does: string): string {
  return `${ownerName(owner)} ${does} only what a rule allows, and no rule allows ${onItsWay(trace, account).portOf}`;
}

/** What a rule does to whoever asks. */
function ruled(account: Account, owner: RuleOwner, trace: Trace): string {
  return `${ruleOf(owner)} ${trace.outcome === 'timeout' ? 'drops' : 'rejects'} ${onItsWay(trace, account).sentBy}`;
}

/** @returns what a rule that stopped a packet is there for, as a sentence about this flow. */
export function ruleSentence(trace: Trace, account: Account, owner: RuleOwner, purpose: RulePurpose): string {
  const { to, guards } = account;
  switch (purpose) {
    case 'networks-apart':
      return begin(keepsApart(account, owner));
    case 'direct-access':
      return begin(direct(account, owner));
    case 'loopback-publish':
      return `${ownerName(owner)} publishes ${asked(trace.flow)} for this host alone (127.0.0.1): nobody outside comes to it`;
    case 'unpublished':
      return `${to.kind === 'container' ? whoIs(to) : 'That container'} does not publish ${asked(trace.flow)}, and from outside ${guards === undefined ? 'its network' : `network ${guards}`} ${ownerName(owner)} lets in published ports alone`;
    case 'icc-off':
      return `${ownerName(owner)} keeps the containers of ${guards === undefined ? 'that network' : `network ${guards}`} from each other (enable_icc=false)`;
    case 'internal-network':
      return `${guards === undefined ? 'That network' : `Network ${guards}`} is internal: ${ownerName(owner)} lets nothing into it or out of it`;
    case 'rest-of-input':
      return begin(rest(account, owner, trace, 'lets in to the host'));
    case 'rest-of-forward':
      return begin(rest(account, owner, trace, 'forwards'));
    case 'rest-of-output':
      return begin(rest(account, owner, trace, 'lets out of the host'));
    case 'ruled':
      return ruled(account, owner, trace);
  }
}
