import { evidenceOf, nativeRulesOf } from '../../inventory/index.js';
import type { Grounds, HostGrounds } from '../../model/grounds.js';
import type { Host } from '../../model/host.js';
import type { FileAccount } from '../../model/listing.js';
import type { Assumption } from '../../model/assumption.js';
import { nativesAssumed } from '../hook/natives-assumed.js';

/** @returns the files of hosts that were not understood, or not wholly, to be spread into an answer; nothing where there are none. */
export function withUnread(...hosts: readonly Host[]): { readonly unread?: readonly FileAccount[] } {
  const unread = hosts.flatMap((host) => host.files.filter((file) => file.used !== 'whole' || file.notes !== undefined));
  return unread.length === 0 ? {} : { unread };
}

/** What every answer about a host takes for granted: the host is named, containers are counted. */
function assumedOf(host: Host): readonly Assumption[] {
  const taken = [...host.netns.keys()].filter((name) => nativeRulesOf(host, name).kind === 'assumed');
  if (taken.length === 0) return [];
  const inside = taken.filter((name) => name !== 'host').length;
  const names = [
    ...(taken.includes('host') ? ['the host'] : []),
    ...(inside === 0 ? [] : [`${inside} other namespace${inside === 1 ? '' : 's'}`]),
  ];
  return [nativesAssumed(names.join(' and '), taken.length, taken.includes('host') ? 'host/nft-ruleset.json' : 'netns/…/nft-ruleset.json')];
}

/** @returns what answers about hosts as a whole do not rest on, to be spread into them. */
export function withGrounds(...hosts: readonly Host[]): Grounds {
  const assumed = hosts.flatMap(assumedOf).filter(({ detail }, i, all) => all.findIndex((one) => one.detail === detail) === i);
  return { ...withUnread(...hosts), ...(assumed.length > 0 && { assumed }) };
}

/** @returns what an answer about a host as a whole does not rest on, with the listings that are not there, to be spread into it. */
export function withHostGrounds(host: Host): HostGrounds {
  const lacking = evidenceOf(host)
    .all()
    .filter(({ state }) => state === 'missing' || state === 'doubtful');
  return { ...withGrounds(host), ...(lacking.length > 0 && { lacking }) };
}
