import type { Host } from '../../model/host.js';
import type { PolicyRule } from '../../model/link.js';
import type { ChangeCause } from '../../model/reachability.js';
import type { Step } from '../../model/trace.js';

const policyLine = (netns: string, rule: PolicyRule, name: (text: string) => string): string =>
  `${netns} ip rule ${rule.family} ${rule.priority} ${name(rule.text)}`;

/** Whether a policy rule led to a routing decision: a listing in one line tells it by its table, or by its words. */
function hasAsked(rule: PolicyRule, step: Extract<Step, { readonly kind: 'route' }>): boolean {
  const { policyRule: at } = step;
  if (at === undefined || at.file !== rule.origin.file || at.line !== rule.origin.line) return false;
  return rule.action.kind === 'table' ? rule.action.table === step.table : step.text.includes(rule.text);
}

/** @returns every line of a host that may decide, written alike on any host: `name` puts common names for its own. */
export function linesOf(host: Host, name: (text: string) => string): ReadonlySet<string> {
  const lines = new Set<string>();
  for (const netns of host.netns.values()) {
    for (const route of netns.routes) lines.add(`${netns.name} ${name(route.text)}`);
    for (const rule of netns.rules) lines.add(policyLine(netns.name, rule, name));
    for (const { name: key, value } of [...netns.sysctl].map(([k, v]) => ({ name: k, value: v.value })))
      lines.add(`${netns.name} ${key}=${value}`);
    for (const set of netns.rulesets) {
      for (const table of set.tables.values()) {
        for (const chain of table.chains.values()) {
          const place = `${netns.name} ${set.family} ${table.name} -P ${chain.name}`;
          if (chain.policy !== undefined) lines.add(place).add(`${place} ${chain.policy}`);
          for (const rule of chain.rules) lines.add(`${netns.name} ${set.family} ${table.name} ${name(rule.text)}`);
        }
      }
    }
  }
  return lines;
}

/** A line that a flow's way rests on. */
export interface FlowGround {
  readonly line: string;
  /** A line without which the other host's lack of this one says nothing: a table that it does not have lets all pass as well. */
  readonly unless?: string;
  readonly isRule: boolean;
  readonly cause: Omit<ChangeCause, 'side'>;
}

/** What a step rests on, written as `linesOf` writes it. */
export function groundsOf(step: Step, host: Host, name: (text: string) => string): readonly FlowGround[] {
  switch (step.kind) {
    case 'table': {
      const rules = step.hits.map((hit) => ({
        line: `${hit.netns} ${hit.family} ${hit.table} ${name(hit.rule)}`,
        isRule: true,
        cause: { text: hit.rule, origin: { file: hit.file, line: hit.line } },
      }));
      if (step.policy === undefined) return rules;
      return [
        ...rules,
        {
          line: `${step.netns} ${step.family} ${step.table} -P ${step.hook} ${step.policy}`,
          ...(step.policy === 'ACCEPT' && { unless: `${step.netns} ${step.family} ${step.table} -P ${step.hook}` }),
          isRule: true,
          cause: { text: `policy ${step.policy} of ${step.table} ${step.hook}` },
        },
      ];
    }
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
