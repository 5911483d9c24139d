import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rng } from '../kernel/generate/rng.js';

/** Addresses and devices that the rules speak of, those of the host they are for. */
export interface Pools {
  readonly addresses: readonly string[];
  readonly ins: readonly string[];
  readonly outs: readonly string[];
  /** Of `SNAT --to-source`. */
  readonly own: string;
  /** Of `DNAT --to-destination`. */
  readonly server: string;
  readonly other: string;
  /** Of `addrtype --dst-type`: of IPv6 xt_addrtype counts an address of the machine's own as UNICAST as well, `fib` does not. */
  readonly types: readonly string[];
  /** Of `REJECT --reject-with`. */
  readonly rejects: readonly string[];
}

/**
 * @param command the program to ask, where it is not the usual one.
 * @returns what iptables-restore-translate makes of rules of iptables; undefined where there is no such program.
 */
export function translated(rules: string, command = 'iptables-restore-translate'): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'translate-'));
  try {
    writeFileSync(join(dir, 'rules'), rules);
    return execFileSync(command, ['-f', join(dir, 'rules')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const HOOKS = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
} as const;
type Name = keyof typeof HOOKS;

function conditions(rng: Rng, table: Name, chain: string, { addresses, ins, outs, types }: Pools): string {
  const comesIn = chain === 'PREROUTING' || chain === 'INPUT' || chain === 'FORWARD';
  const goesOut = chain === 'OUTPUT' || chain === 'POSTROUTING' || chain === 'FORWARD';
  const not = (): string => (rng.chance(0.2) ? '! ' : '');
  const forms = [
    `${not()}-s ${rng.pick(addresses)}`,
    `${not()}-d ${rng.pick(addresses)}`,
    ...(comesIn ? [`${not()}-i ${rng.pick(ins)}`] : []),
    ...(goesOut ? [`${not()}-o ${rng.pick(outs)}`] : []),
    ...(table === 'raw' ? [] : [`-m conntrack --ctstate ${rng.pick(['NEW', 'RELATED,ESTABLISHED', 'INVALID'])}`]),
    `-m mark ${not()}--mark ${rng.pick(['0x1', '0x2', '0x1/0x3'])}`,
    `-m addrtype --dst-type ${rng.pick(types)}`,
  ];
  const proto = rng.pick(['tcp', 'tcp', 'udp']);
  const port = rng.pick([
    '',
    `-p ${proto} -m ${proto} --dport ${rng.pick(['80', '443', '53', '1:100', '400:500'])}`,
    // of udp the translator of 1.8.9 loses the `!`
    `-p tcp -m tcp ! --dport ${rng.pick(['80', '443', '53'])}`,
    `-p ${proto} -m multiport --dports ${rng.pick(['80,443', '53,60:90', '22'])}`,
    `! -p ${rng.pick(['tcp', 'udp', 'icmp'])}`,
  ]);
  return [...rng.some(forms, 0.15).slice(0, 2), table === 'nat' ? '' : port].join(' ');
}

function target(rng: Rng, table: Name, chain: string, user: readonly string[], { own, server, other, rejects }: Pools): string {
  const out = user.map((name) => `${rng.pick(['-j', '-j', '-g'])} ${name}`);
  const plain = ['-j ACCEPT', '-j RETURN', ...out];
  switch (table) {
    case 'raw':
      return rng.pick([...plain, '-j DROP', '-j NOTRACK']);
    case 'mangle':
      return rng.pick([...plain, '-j DROP', '-j MARK --set-xmark 0x1/0xffffffff', '-j MARK --set-xmark 0x2/0x2']);
    case 'filter':
      return rng.pick([...plain, '-j DROP', ...rejects.map((one) => `-j REJECT --reject-with ${one}`), '-j LOG']);
    case 'nat':
      return chain === 'POSTROUTING'
        ? rng.pick(['-j MASQUERADE', `-j SNAT --to-source ${own}`, '-j ACCEPT'])
        : rng.pick([
            `-p tcp -m tcp --dport 443 -j DNAT --to-destination ${server}:80`,
            `-j DNAT --to-destination ${other}`,
            '-p udp -j REDIRECT',
            '-j ACCEPT',
          ]);
  }
}

/** @returns random rules as iptables-restore reads them, of such as can be said in nft's words. */
export function translatableRules(rng: Rng, pools: Pools): string {
  const names = (Object.keys(HOOKS) as Name[]).filter((name) => name === 'filter' || rng.chance(0.6));
  return names
    .map((table) => {
      const user = table === 'nat' ? [] : ['U', 'V'];
      const made = [
        ...HOOKS[table].flatMap((chain) =>
          rng.times(0, 4, () => `-A ${chain} ${conditions(rng, table, chain, pools)} ${target(rng, table, chain, user, pools)}`),
        ),
        ...user.flatMap((chain) =>
          rng.times(
            0,
            3,
            () =>
              `-A ${chain} ${conditions(rng, table, 'PREROUTING', pools).replace(/(?:! )?-[io] \S+/, '')} ${target(rng, table, 'none', chain === 'U' ? ['V'] : [], pools)}`,
          ),
        ),
      ];
      const policy = (): string => (table === 'filter' && rng.chance(0.3) ? 'DROP' : 'ACCEPT');
      const heads = [...HOOKS[table].map((chain) => `:${chain} ${policy()} [0:0]`), ...user.map((chain) => `:${chain} - [0:0]`)];
      return [`*${table}`, ...heads, ...made.map((rule) => rule.replace(/ +/g, ' ')), 'COMMIT', ''].join('\n');
    })
    .join('');
}
