import { InvalidArgumentError } from 'commander';
import type { Category } from '../../netfilter/index.js';

/** Reads a port. @throws InvalidArgumentError unless it is a number from 1 to 65535. */
export function portValue(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw new InvalidArgumentError('a port is a number from 1 to 65535.');
  return port;
}

const CATEGORIES: Readonly<Record<Category, true>> = {
  limit: true,
  hashlimit: true,
  connlimit: true,
  connbytes: true,
  quota: true,
  statistic: true,
  random: true,
  recent: true,
  time: true,
  owner: true,
  cgroup: true,
  ipset: true,
  bytes: true,
  queue: true,
  'nat-range': true,
  'way-back': true,
  uplink: true,
  hidden: true,
  helper: true,
  nft: true,
  missing: true,
  multipath: true,
  unknown: true,
};

/**
 * Collects a repeatable `CATEGORY=SIDE` of `--assume`; `all` stands for every category.
 * @throws InvalidArgumentError where it is written otherwise or the category is none.
 */
export function assumption(
  text: string,
  sofar: ReadonlyMap<string, readonly string[]> | undefined,
): ReadonlyMap<string, readonly string[]> {
  if (text === 'fresh') return new Map(sofar).set('fresh', ['yes']);
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError("write it as CATEGORY=SIDE, for example 'limit=under', or 'fresh'.");
  const category = text.slice(0, at);
  if (category !== 'all' && !Object.hasOwn(CATEGORIES, category))
    throw new InvalidArgumentError(`there is no category ${category}; there are all, ${Object.keys(CATEGORIES).join(', ')}.`);
  return new Map(sofar).set(category, [...(sofar?.get(category) ?? []), text.slice(at + 1)]);
}
