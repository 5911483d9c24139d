import { translatableRules, translated, type Pools } from '../../support/translatable-rules.js';
import { Rng } from '../generate/rng.js';
import type { Drawn } from './trial.js';

const DEVICES = { ins: ['a0', 'b0', 'br0', 'a+', 'lo'], outs: ['b0', 'a0', 'br0', 'b+', 'lo'] } as const;
const V4: Pools = {
  ...DEVICES,
  addresses: ['10.1.0.2', '10.2.0.2', '10.2.0.3', '10.1.0.1', '10.2.0.0/16', '10.3.0.0/24', '10.0.0.0/8'],
  own: '10.2.0.1',
  server: '10.2.0.2',
  other: '10.2.0.3',
  types: ['LOCAL', 'UNICAST'],
  rejects: ['icmp-port-unreachable', 'icmp-host-prohibited'],
};
const V6: Pools = {
  ...DEVICES,
  addresses: ['fd01::2', 'fd02::2', 'fd02::3', 'fd01::1', 'fd02::/48', 'fd03::/64', 'fd00::/8'],
  own: 'fd02::1',
  server: '[fd02::2]',
  other: 'fd02::3',
  types: ['LOCAL'],
  rejects: ['icmp6-port-unreachable', 'icmp6-adm-prohibited'],
};

/** The translation in tables of other names: iptables' own are not listed rule by rule. */
function native(rules: string, command: string): string {
  const text = translated(rules, command) ?? '';
  const left = text.split('\n').find((line) => line.startsWith('# -t'));
  if (left !== undefined) throw new Error(`not translated: ${left}`);
  return text.replace(/^(add (?:table|chain|rule) ip6? )(\w+)/gm, '$1of_$2');
}

/** @returns random rules of iptables of both families, and their translation: rules for two trials. */
export function twice(seed: number): { readonly iptables: Drawn; readonly native: Drawn } {
  const [four, six] = [translatableRules(new Rng(seed), V4), translatableRules(new Rng(seed + 500_000), V6)];
  const text = `${native(four, 'iptables-restore-translate')}${native(six, 'ip6tables-restore-translate')}`;
  return {
    iptables: { legacy: undefined, iptables: [four, six], among: '', native: '' },
    native: { legacy: undefined, iptables: undefined, among: '', native: text },
  };
}
