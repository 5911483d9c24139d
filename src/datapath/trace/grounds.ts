import { evidenceOf, nativeRulesOf } from '../../inventory/index.js';
import type { Grounds, HostGrounds } from '../../model/grounds.js';
import type { Host } from '../../model/host.js';
import type { FileAccount } from '../../model/listing.js';
import { blanksAssumed } from '../hook/blanks-taken.js';
import type { Assumption } from '../../model/assumption.js';
import { HOST_NETNS, isHostNetns } from '../../model/netns.js';
import { nativesAssumed } from '../hook/natives-assumed.js';

/** @returns the files of hosts that were not understood, or not wholly, to be spread into an answer; nothing where there are none. */
export function withUnread(...hosts: readonly Host[]): { readonly unread?: readonly FileAccount[] } {
  const unread = hosts.flatMap((host) => host.files.filter((file) => file.used !== 'whole' || file.notes !== undefined));
  return unread.length === 0 ? {} : { unread };
}

/** Blank listings of rules that are taken at their word: the host's are named, those of others counted. */
function blanksOf({ netns }: Host): readonly Assumption[] {
  const files = [...netns.values()].flatMap(({ sources }) =>
    [...sources.values()].flatMap((one) => (one.takenEmpty === true ? [one.file] : [])),
  );
  if (files.length === 0) return [];
  const own = files.filter((file) => file.startsWith('host/'));
  const inside = files.length - own.length;
  const names = [...own, ...(inside === 0 ? [] : [`${inside} listing${inside === 1 ? '' : 's'} of rules of other namespaces`])];
  return [blanksAssumed(files, names.join(' and '))];
}

/** What every answer about a host takes for granted: the host is named, containers are counted. */
function nativesOf(host: Host): readonly Assumption[] {
  const taken = [...host.netns.keys()].filter((name) => nativeRulesOf(host, name).kind === 'assumed');
  if (taken.length === 0) return [];
  const inside = taken.filter((name) => !isHostNetns(name)).length;
  const names = [
    ...(taken.includes(HOST_NETNS) ? ['the host'] : []),
    ...(inside === 0 ? [] : [`${inside} other namespace${inside === 1 ? '' : 's'}`]),
  ];
  return [
    nativesAssumed(names.join(' and '), taken.length, taken.includes(HOST_NETNS) ? 'host/nft-ruleset.json' : 'netns/…/nft-ruleset.json'),
  ];
}

function assumedOf(host: Host): readonly Assumption[] {
  return [...nativesOf(host), ...blanksOf(host)];
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
