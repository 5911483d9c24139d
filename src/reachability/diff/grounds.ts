import type { CauseKind } from '../../model/cause.js';
import type { Host } from '../../model/host.js';
import type { PolicyRule } from '../../model/link.js';
import type { ChangeCause } from '../../model/reachability.js';
import type { Step, Trace } from '../../model/trace.js';
import { chainLine, policyLine, ruleLine, settingLine, type CommonNames } from './host-lines.js';

/** A line that a flow's way rests on. */
export interface FlowGround {
  readonly line: string;
  /** A line without which the other host's lack of this one says nothing: a table that it does not have lets all pass as well. */
  readonly unless?: string;
  readonly isRule: boolean;
  readonly cause: Omit<ChangeCause, 'side'>;
}

/** Whether a policy rule led to a routing decision: of those that a listing has in one line, by what it did. */
function hasAsked(rule: PolicyRule, step: Extract<Step, { readonly kind: 'route' }>): boolean {
  const { policyRule: at } = step;
  if (at === undefined || at.file !== rule.origin.file || at.line !== rule.origin.line) return false;
  return rule.action.kind === 'table' ? rule.action.table === step.table : step.result === 'error';
}

/** What the rules of one table rest on, and its policy where none of them decided. */
function groundsOfTable(step: Extract<Step, { readonly kind: 'table' }>, name: CommonNames): readonly FlowGround[] {
  const rules = step.hits.map((hit) => ({
    line: ruleLine(hit, name),
    isRule: true,
    cause: { text: hit.rule, origin: { file: hit.file, line: hit.line } },
  }));
  if (step.policy === undefined) return rules;
  const chain = step.chain ?? step.hook;
  const place = chainLine(step.netns, step.nft ?? step.family, step.table, chain);
  const policy = {
    line: `${place} ${step.policy}`,
    ...(step.policy === 'ACCEPT' && { unless: place }),
    isRule: true,
    cause: { text: `policy ${step.policy} of ${step.table} ${chain}`, ...(step.origin && { origin: step.origin }) },
  };
  return [...rules, policy];
}

/** @returns what a step rests on, written as `linesOf` writes it. */
export function groundsOf(step: Step, host: Host, name: CommonNames): readonly FlowGround[] {
  switch (step.kind) {
    case 'table':
      return groundsOfTable(step, name);
    case 'route': {
      const asked = (host.netns.get(step.netns)?.rules ?? []).filter((rule) => hasAsked(rule, step));
      return [
        ...(step.origin === undefined
          ? []
          : [{ line: `${step.netns} ${name(step.text)}`, isRule: false, cause: { text: step.text, origin: step.origin } }]),
        ...asked.map((rule) => ({
          line: policyLine(step.netns, rule, name),
          isRule: false,
          cause: { text: `ip rule ${rule.priority}: ${rule.text}`, origin: rule.origin },
        })),
      ];
    }
    default:
      return [];
  }
}

/** Settings by which a packet ends so. */
const SETTINGS: Partial<Readonly<Record<CauseKind, RegExp>>> = {
  'forwarding-off': /^net\.ipv[46]\.(?:ip_forward$|conf\..*\.(?:mc_)?forwarding$)/,
  'rp-filter': /^net\.ipv4\.conf\..*\.rp_filter$/,
  martian: /^net\.ipv4\.conf\..*\.(?:route_localnet|accept_local)$/,
};

/** @returns the settings that an answer's cause may hang on, of every namespace that the packet went through. */
export function groundsOfCause({ cause, steps }: Trace, host: Host): readonly FlowGround[] {
  const kinds = [cause.kind, ...(cause.within ?? [])].flatMap((kind) => SETTINGS[kind] ?? []);
  if (kinds.length === 0) return [];
  const passed = [...new Set(steps.map(({ netns }) => netns))];
  return passed.flatMap((netns) =>
    [...(host.netns.get(netns)?.sysctl ?? [])].flatMap(([key, { value, origin }]) =>
      kinds.some((kind) => kind.test(key))
        ? [{ line: settingLine(netns, key, String(value)), isRule: false, cause: { text: `${key} = ${value}`, origin } }]
        : [],
    ),
  );
}
