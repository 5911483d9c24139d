import { useOf } from './held.js';
import { isBelow, six, type Place } from './place.js';
import { registeredField } from './registered.js';
import { valueOf } from './values.js';

/** A verdict by what any field says. */
function byRegistered(place: Place, chain: string | undefined): string {
  const { rng } = place;
  const { words, type } = registeredField(place);
  const [one, other] = [valueOf(rng, type), valueOf(rng, type)];
  const leads = rng.pick(['accept', 'return', 'continue', ...(chain === undefined ? [] : [`jump ${chain}`, `goto ${chain}`])]);
  return `${words} vmap { ${one === other ? '' : `${other} : continue, `}${one} : ${leads} }`;
}

/** @returns how a rule ends. */
export function verdict(place: Place): string {
  const { rng, names, type, hook } = place;
  const own = rng.chance(0.15) ? useOf(rng, names.held, 'verdict') : undefined;
  if (own !== undefined) return own;
  const chain = names.chains.length > 0 ? rng.pick(names.chains) : undefined;
  if (rng.chance(0.06)) return byRegistered(place, chain);
  const forms = ['accept', 'accept', 'return', 'continue', ...(type.startsWith('nat') ? [] : ['drop', 'drop'])];
  if (chain !== undefined) forms.push(`jump ${chain}`, `jump ${chain}`, `goto ${chain}`);
  if (names.verdicts !== undefined) forms.push(`tcp dport vmap @${names.verdicts}`, `th dport vmap @${names.verdicts}`);
  forms.push(
    `tcp dport vmap { 22 : accept, 80 : ${chain === undefined ? 'accept' : `jump ${chain}`}, 443-8079 : ${type === 'nat' ? 'return' : 'drop'} }`,
  );
  forms.push(`ct state vmap { new : ${chain === undefined ? 'continue' : `jump ${chain}`}, established : accept }`);
  forms.push(`meta l4proto vmap { tcp : ${chain === undefined ? 'accept' : `goto ${chain}`}, udp : continue }`);
  if (chain !== undefined && rng.chance(0.3))
    forms.push(`numgen ${rng.pick(['random', 'inc'])} mod 2 vmap { 0 : jump ${chain}, 1 : continue }`);
  if (rng.chance(0.2))
    forms.push(`limit rate ${rng.pick(['', 'over '])}1000/second accept`, `jhash ip daddr mod 3 vmap { 0 : accept, 1 : return }`);
  if (chain !== undefined)
    forms.push(
      `ip saddr . tcp dport vmap { 10.1.0.2 . 80 : jump ${chain}, 10.1.0.0/24 . 20-60 : continue }`,
      `iifname . meta l4proto vmap { "a0" . tcp : jump ${chain}, "a0" . udp : goto ${chain}, "c0" . tcp : jump ${chain} }`,
      `ct mark & 0x3 vmap { 0x0 : goto ${chain}, 0x1 : return }`,
    );
  forms.push('jump { tcp dport 80 accept; udp dport 53 return; counter; }', 'goto { meta l4proto tcp accept; counter; }');
  if (rng.chance(0.2)) forms.push('queue to 3', 'queue flags bypass to 3');
  if (type === 'filter' && ['input', 'forward', 'prerouting'].includes(hook))
    forms.push('reject with icmpx no-route', 'reject with icmp host-prohibited', 'reject with icmpv6 admin-prohibited');
  if (type === 'filter' && ['input', 'forward', 'output'].includes(hook))
    forms.push('reject', 'reject with tcp reset', place.family === 'inet' ? 'reject with icmpx admin-prohibited' : 'reject');
  if (type === 'filter' && (hook === 'prerouting' || hook === 'output') && rng.chance(0.3)) forms.push('notrack');
  if (place.family === 'netdev' && rng.chance(0.1)) return `fwd to ${rng.pick(['"b0"', '"b0"', '"a0"'])}`;
  return isBelow(place) ? rng.pick(forms.filter((form) => !/\bct\b/.test(form))) : rng.pick(forms);
}

/** @returns how a rule of a nat chain ends. */
export function translation(place: Place): string {
  const { rng, hook, family } = place;
  const v6 = six(place);
  const [to, of, self] = v6 ? ['fd02::2', '[fd02::2]', 'fd02::1'] : ['10.2.0.2', '10.2.0.2', '10.2.0.1'];
  const word = family === 'inet' ? (v6 ? 'ip6 ' : 'ip ') : '';
  if (hook === 'postrouting' || hook === 'input')
    return rng.pick([
      ...(hook === 'postrouting'
        ? ['masquerade', 'masquerade', 'masquerade random', 'meta l4proto tcp masquerade to :30000-30010', 'masquerade persistent']
        : []),
      `snat ${word}to ${self}`,
      `snat ${word}to ${v6 ? 'fd02::1-fd02::1' : '10.2.0.1-10.2.0.1'} persistent`,
      ...(v6
        ? []
        : [
            `snat ${word}to ip saddr map { 10.1.0.2 : 10.2.0.1, 10.3.0.0/24 : 10.2.0.1 }`,
            `snat ${word}prefix to ip saddr map { 10.1.0.0/24 : 10.2.0.0/24 }`,
          ]),
    ]);
  const own = rng.chance(0.4) ? useOf(rng, place.names.held, 'dnat') : undefined;
  if (own !== undefined) return own;
  const port = rng.pick(['80', '22']);
  return rng.pick([
    `dnat ${word}to ${to}`,
    `tcp dport ${rng.pick(['80', '8080', '443', '22'])} dnat ${word}to ${of}:${port}`,
    `udp dport ${rng.pick(['53', '443'])} dnat ${word}to ${of}:53`,
    `tcp dport { 443, 8080 } redirect to :${rng.pick(['22', '8080'])}`,
    `meta l4proto { tcp, udp } redirect to :${rng.pick(['22', '53'])}`,
    ...(v6
      ? []
      : [
          `dnat ${word}to tcp dport map { 443 : 10.2.0.2, 8080 : 10.2.0.3 }`,
          `dnat ${word}to ip daddr . tcp dport map { 10.1.0.1 . 443 : 10.2.0.2 . 80, 10.2.0.3 . 22 : 10.2.0.2 . 22 }`,
        ]),
    `dnat ${word}to ${v6 ? 'fd02::2-fd02::3' : '10.2.0.2-10.2.0.3'}`,
    `dnat ${word}to ${v6 ? 'fd02::2-fd02::3 persistent' : '10.2.0.2-10.2.0.3 random'}`,
    ...(v6
      ? []
      : [
          `dnat ${word}to numgen random mod 2 map { 0 : 10.2.0.2, 1 : 10.2.0.3 }`,
          `dnat ${word}to jhash ip saddr mod 2 map { 0 : 10.2.0.2, 1 : 10.2.0.3 }`,
        ]),
    'meta l4proto { tcp, udp } redirect to :th dport map { 443 : 22, 8080 : 80, 53 : 53 }',
    'redirect',
    'accept',
  ]);
}
