import { allChains, chainName, type FoundRule } from '../netfilter/iptables/index.js';
import { parseIp } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import type { Explanation, ExplanationLine } from '../model/explanation.js';
import { type LogWriter, writersBy } from '../testimony/index.js';
import { explanation, line, section } from './subject.js';

/** Which listing would show the rule, in words. */
const OF_ANOTHER_MOMENT =
  'its rules are of another moment, or were not listed: `iptables-save` and `nft list ruleset` show those that there are now';

/** A packet as the kernel's log tells of it (nf_log_syslog.c). */
interface Logged {
  /** All that stands before `IN=`: the head of syslog, and the prefix of the rule. */
  readonly before: string;
  readonly fields: ReadonlyMap<string, string>;
}

function loggedIn(text: string): Logged | undefined {
  const at = text.indexOf('IN=');
  if (at < 0 || !text.includes(' OUT=', at)) return undefined;
  const pairs = text
    .slice(at)
    .split(/\s+/)
    .map((word) => word.split('=', 2));
  // an ICMP error quotes the packet that it is about between brackets
  const own = pairs.slice(0, pairs.findIndex(([name]) => name?.startsWith('[') === true) >>> 0);
  return { before: text.slice(0, at), fields: new Map(own.reverse().map(([name = '', value = '']) => [name, value])) };
}

function owner(machine: Machine, text: string | undefined): string {
  const ip = text === undefined ? undefined : parseIp(text);
  if (ip === undefined) return '';
  const ns = machine.ownerOf(ip);
  const container = machine.host.containers.find(({ endpoints }) => endpoints.some((one) => one.ip === ip || one.ip6 === ip));
  const name = ns?.name ?? container?.name;
  return name === undefined ? '' : ` (${name})`;
}

function packetWords(machine: Machine, fields: Logged['fields']): string {
  const get = (name: string): string => fields.get(name) ?? '';
  const port = (name: string): string => (get(name) === '' ? '' : `:${get(name)}`);
  const [from, to] = [
    `${get('SRC')}${port('SPT')}${owner(machine, get('SRC'))}`,
    `${get('DST')}${port('DPT')}${owner(machine, get('DST'))}`,
  ];
  const inward = get('IN') === '' ? 'made on the host' : `in by ${get('IN')}${get('PHYSIN') === '' ? '' : ` (port ${get('PHYSIN')})`}`;
  const outward = get('OUT') === '' ? '' : `, out by ${get('OUT')}${get('PHYSOUT') === '' ? '' : ` (port ${get('PHYSOUT')})`}`;
  return `${get('PROTO').toLowerCase()} ${from} → ${to}, ${inward}${outward}`;
}

/** Which hooks know both devices, or one (nf_hook_state). */
function hookWords(fields: Logged['fields']): string {
  const [inward, outward] = [fields.get('IN') ?? '', fields.get('OUT') ?? ''];
  if (inward !== '' && outward !== '') return 'it was on its way through: FORWARD or POSTROUTING';
  if (inward !== '') return 'it came in, and its way out was not chosen: PREROUTING or INPUT';
  return 'the host itself sent it: OUTPUT or POSTROUTING';
}

function ruleLine({ place, text, origin }: LogWriter): ExplanationLine {
  return line(`${text} in ${place}`, origin);
}

/** `TRACE: nat:DOCKER:rule:1`: where the packet stood (ipt_do_table, trace_packet). */
function traced(machine: Machine, { before, fields }: Logged): Explanation | undefined {
  const [, table, chain, comment, number] = /TRACE: (\w+):([^\s:]+):(rule|return|policy):(\d+) ?$/.exec(before) ?? [];
  if (table === undefined || chain === undefined) return undefined;
  const at = Number(number);
  const places = allChains(machine.host).filter((one) => one.table.name === table && one.chain.name === chain);
  const rules = places.flatMap((place): FoundRule[] => {
    const rule = comment === 'rule' ? place.chain.rules[at - 1] : undefined;
    return rule === undefined ? [] : [{ ...place, rule, number: at }];
  });
  const end =
    comment === 'policy'
      ? 'no rule of the chain decided: its policy does'
      : 'no rule of the chain decided: it returns to where it was called';
  const unknown = `the snapshot has no rule ${at} in ${table} ${chain}: ${OF_ANOTHER_MOMENT}`;
  const told =
    comment === 'rule'
      ? rules.length === 0
        ? [line(unknown)]
        : rules.map((one) => line(`${one.rule.text} in ${chainName(one)}`, one.rule.origin))
      : [line(end)];
  const stands = comment === 'rule' ? `matched rule ${at} of ${table} ${chain}` : `came to the end of ${table} ${chain}`;
  return explanation(
    'rule',
    'a line of the kernel’s trace',
    `${packetWords(machine, fields)} ${stands}`,
    [section('Which rule is that?', told)],
    rules[0]?.rule.origin,
  );
}

/** `IPv4: martian source 172.17.0.2 from 10.10.99.50, on dev eno2` (ip_handle_martian_source: destination, then source). */
function martian(machine: Machine, text: string): Explanation | undefined {
  const [, to, from, dev = ''] = /martian source (\S+) from ([^\s,]+), on dev (\S+)/.exec(text) ?? [];
  if (to === undefined) return undefined;
  const known = machine.root.interfaces.has(dev) ? '' : `; the snapshot shows no ${dev}`;
  return explanation(
    'rule',
    'a martian packet',
    `a packet from ${from ?? ''}${owner(machine, from)} to ${to}${owner(machine, to)} came in by ${dev}${known}`,
    [
      section('Who dropped it?', [
        'routing, before any rule: its source is not to be reached by that interface, as reverse path filtering asks (rp_filter), or can be no source at all',
        line(`the setting is net.ipv4.conf.${dev}.rp_filter, or that of all: the larger of both holds`),
      ]),
    ],
  );
}

/**
 * Says of a line of the kernel's log which rule wrote it, and of which packet.
 * @returns nothing where the text is no such line.
 */
export function explainLogLine(machine: Machine, text: string): readonly Explanation[] {
  const odd = martian(machine, text);
  if (odd !== undefined) return [odd];
  const logged = loggedIn(text);
  if (logged === undefined) return [];
  const trace = traced(machine, logged);
  if (trace !== undefined) return [trace];
  const writers = writersBy(machine.host, logged.before);
  const told = writers.length > 0 ? writers.map(ruleLine) : [line(`no rule of the snapshot writes this prefix: ${OF_ANOTHER_MOMENT}`)];
  const head = packetWords(machine, logged.fields);
  const by = writers.length === 1 ? `, written by ${writers[0]?.text ?? ''}` : '';
  return [
    explanation(
      'rule',
      'a line of the kernel’s log',
      `${head}${by}`,
      [
        section(writers.length > 1 ? 'Which rule wrote it? One of these, which write the same prefix' : 'Which rule wrote it?', told),
        section('Where was the packet?', [
          hookWords(logged.fields),
          'a rule that logs lets the packet go on: what became of it, a rule behind that one decides',
        ]),
      ],
      writers.length === 1 ? writers[0]?.origin : undefined,
    ),
  ];
}
