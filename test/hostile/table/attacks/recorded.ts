import { join } from 'node:path';
import type { Attack } from '../attack.js';
import { FIXTURES, recorded, written } from './base.js';

const at = (name: string): string => join(FIXTURES, 'hostile', name);

/** A rule with a comment that a shell would run, in the place of one without. */
function withComment(): Map<string, string> {
  const files = recorded('docker28-policy');
  const save = files.get('host/iptables-save.txt') ?? '';
  return files.set(
    'host/iptables-save.txt',
    save.replace('--dport 7001 -j DROP', '--dport 7001 -m comment --comment "ticket $(id >/tmp/PWN)" -j DROP'),
  );
}

/** Attacks that were seen to work once, as they were recorded. */
export const RECORDED: readonly Attack[] = [
  { name: 'rules that double at every jump', make: () => ({ snapshot: at('chain-fan') }) },
  { name: 'a line feed in the name of an interface', make: () => ({ snapshot: at('verify-batch-rce') }) },
  { name: 'a setting whose name leads out of /proc', make: () => ({ snapshot: at('verify-sysctl-write') }) },
  {
    name: 'a policy that denies, on a snapshot of nothing',
    make: () => ({ snapshot: at('deny-passes-on-nothing'), policy: at('deny.yaml') }),
  },
  { name: 'a comment that a shell runs', make: (folder) => ({ snapshot: written(folder, withComment()) }) },
];
