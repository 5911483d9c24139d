import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { TableName } from '../../src/model/netfilter.js';
import { listedOtherwise } from '../support/listed-rules.js';
import { RULES } from './listing/rules.js';

const MINUTE = 60_000;
const TABLES: readonly TableName[] = ['filter', 'mangle', 'nat', 'raw'];

/** Loads the rules into a namespace of its own, each into a chain of its own; those that the kernel refuses are left out. Prints listings. */
function listings(backend: string): ReadonlyMap<string, string> {
  const chains = RULES.map(([table, from, rule], i) => {
    const hang = from === '' ? '' : `iptables-${backend} -t ${table} -A ${from} -j c${i}`;
    return `iptables-${backend} -t ${table} -N c${i}; iptables-${backend} -t ${table} -A c${i} ${rule} 2>/dev/null; ${hang}`;
  });
  const forms = TABLES.flatMap((table) => [
    `echo '@@ ${table} save'; iptables-${backend}-save -t ${table}`,
    `echo '@@ ${table} -L -n -v'; iptables-${backend} -t ${table} -L -n -v`,
    `echo '@@ ${table} -L -n --line-numbers'; iptables-${backend} -t ${table} -L -n --line-numbers`,
  ]);
  const sets = 'ipset create s1 hash:ip counters timeout 100; ipset create s2 hash:ip,port';
  const script = [sets, `iptables-${backend} -N other`, ...chains, ...forms].join('\n');
  const printed = execFileSync('unshare', ['-n', 'bash'], {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
    input: script,
  });
  const parts = printed.split('@@ ').slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]));
}

it.each(['nft', 'legacy'])(
  "%s: iptables -L says what iptables-save says of this machine's rules, or asks",
  { timeout: 10 * MINUTE },
  (backend) => {
    const all = listings(backend);
    expect(all.get('filter save')).toContain('-A c0 -s 10.0.0.1/32 -j ACCEPT');
    const wrong = TABLES.flatMap((table) =>
      ['-L -n -v', '-L -n --line-numbers'].flatMap((form) => {
        const found = listedOtherwise(all.get(`${table} save`) ?? '', all.get(`${table} ${form}`) ?? '', table);
        return found.wrong.map((line) => `${table} ${form}: ${line}`);
      }),
    );
    expect(wrong).toEqual([]);
  },
);
