import { addressBits } from '../../address/ip.js';
import { command } from '../../command/index.js';
import type { Machine } from '../../datapath/index.js';
import type { Command } from '../../model/command.js';
import type { Ruleset } from '../../model/netfilter.js';
import { isHostNetns } from '../../model/netns.js';
import type { FlowRequest, Step, Trace } from '../../model/trace.js';
import { stepThatStopped } from '../account/index.js';
import { keepsChains } from '../../inventory/index.js';
import type { Candidate } from './candidate.js';
import { isInternet, lasting, standsFor } from './candidate.js';

type TableStep = Extract<Step, { kind: 'table' }>;

interface Asked {
  readonly proto: 'tcp' | 'udp';
  readonly port: number;
  /** Absent: all the internet. */
  readonly src?: string;
  /** For whom that address stands. */
  readonly whom: string;
  readonly dst: string;
  readonly family: 4 | 6;
}

/** What the packet asks for at the hook that stops it; answers are let in by every firewall's own rules, or by none. */
function askedAt(step: TableStep, request: FlowRequest, trace: Trace): Asked | undefined {
  const { flow } = trace;
  const { src, dst, dport } = step.packet;
  if (flow.proto === 'icmp' || dport === undefined || step.reply) return undefined;
  const asked = { proto: flow.proto, port: dport, dst, family: step.family };
  return isInternet(request) ? { ...asked, whom: '' } : { ...asked, src, whom: standsFor(request, trace) };
}

const iptables = ({ family }: Asked, ...words: readonly string[]): Command => command(family === 4 ? 'iptables' : 'ip6tables', ...words);

function plain({ src, dst, proto, port, family }: Asked): readonly string[] {
  const whole = addressBits(family);
  return [
    ...(src === undefined ? [] : ['-s', `${src}/${whole}`]),
    '-d',
    `${dst}/${whole}`,
    '-p',
    proto,
    '-m',
    proto,
    '--dport',
    String(port),
  ];
}

/** ufw(8): `allow` for the host itself, `route allow` for what it forwards; rules of the user are asked in their order. */
function byUfw(step: TableStep, asked: Asked): readonly Candidate[] {
  const forwards = step.hook === 'FORWARD';
  const chain = `${asked.family === 4 ? 'ufw' : 'ufw6'}-user-${forwards ? 'forward' : 'input'}`;
  const words = ['allow', 'proto', asked.proto, 'from', asked.src ?? 'any', 'to', asked.dst, 'port', String(asked.port)];
  const route = forwards ? ['route'] : [];
  const made = (first: boolean): Candidate => ({
    way: 'front-end',
    why: `let ufw ${forwards ? 'forward' : 'allow'} it${first ? ', before its other rules' : ''}${asked.whom}`,
    commands: [command('ufw', ...route, ...(first ? ['insert', '1'] : []), ...words)],
    model: [iptables(asked, first ? '-I' : '-A', chain, ...(first ? ['1'] : []), ...plain(asked), '-j', 'ACCEPT')],
    lasts: lasting(),
  });
  return [made(false), made(true)];
}

/** The zones of firewalld in whose chains a packet was asked about at this hook. */
function zonesOf(step: TableStep): readonly string[] {
  const found = step.hits.flatMap(({ action }) =>
    action?.kind === 'jump' || action?.kind === 'goto' ? (/^(?:filter_)?IN_([^_]+)$/.exec(action.chain)?.slice(1) ?? []) : [],
  );
  return [...new Set(found)].reverse();
}

/** firewalld.richlanguage(5): rules of priority below 0 are asked before what the zone denies. */
function byFirewalld(step: TableStep, asked: Asked): readonly Candidate[] {
  if (step.hook !== 'INPUT') return [];
  const { family, src, dst, port, proto } = asked;
  return zonesOf(step).flatMap((zone) =>
    [false, true].map((first): Candidate => {
      const rich = `rule${first ? ' priority="-1"' : ''} family="ipv${family}"${src === undefined ? '' : ` source address="${src}"`} destination address="${dst}" port port="${port}" protocol="${proto}" accept`;
      const place = first ? 'pre' : 'allow';
      const model =
        step.nft === undefined
          ? iptables(asked, '-A', `IN_${zone}_${place}`, ...plain(asked), '-j', 'ACCEPT')
          : command(
              'nft',
              'add',
              'rule',
              step.nft,
              step.table,
              `filter_IN_${zone}_${place}`,
              ...(src === undefined ? [] : [family === 4 ? 'ip' : 'ip6', 'saddr', src]),
              family === 4 ? 'ip' : 'ip6',
              'daddr',
              dst,
              proto,
              'dport',
              String(port),
              'accept',
            );
      return {
        way: 'front-end',
        why: `let zone ${zone} of firewalld allow it${first ? ', before what it denies' : ''}${asked.whom}`,
        commands: [
          command('firewall-cmd', '--permanent', `--zone=${zone}`, `--add-rich-rule=${rich}`),
          command('firewall-cmd', '--reload'),
        ],
        model: [model],
        lasts: lasting(),
      };
    }),
  );
}

/** @returns how the firewall that stops the flow is told to let it through, in its own words. */
export function byFrontEnd(machine: Machine, request: FlowRequest, trace: Trace): readonly Candidate[] {
  const step = stepThatStopped(trace);
  const asked = step !== undefined && isHostNetns(step.netns) ? askedAt(step, request, trace) : undefined;
  if (step === undefined || asked === undefined || (step.table !== 'filter' && step.nft === undefined)) return [];
  const keeps = (pattern: RegExp): boolean =>
    machine.root.netns.rulesets.some((set: Ruleset) => set.family === step.family && keepsChains(set, pattern));
  if (step.nft === undefined && keeps(/^ufw6?-user-input$/)) return byUfw(step, asked);
  const isFirewalld = step.nft === undefined ? keeps(/^INPUT_ZONES/) : step.table === 'firewalld';
  return isFirewalld ? byFirewalld(step, asked) : [];
}
