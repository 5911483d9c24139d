import type { Family } from '../../address/ip.js';
import { ownerOfListed, runtimeBridges } from '../../inventory/index.js';
import type { StartRules } from '../../model/at-start.js';
import type { Chain, Rule, Ruleset, Table, TableName } from '../../model/netfilter.js';
import { canonicalRule, contextOf, eachAddress, savedSpec } from '../../netfilter/iptables/index.js';
import type { Survey } from '../survey/survey.js';
import { Tally, type StartComparison, type StartDifference } from './difference.js';

/** A rule and where it stands; of one with several addresses, one for each, as the kernel holds them. */
interface Placed {
  readonly ruleset: Ruleset;
  readonly table: TableName;
  readonly chain: Chain;
  readonly rule: Rule;
  /** As iptables-save prints it, however it was typed. */
  readonly text: string;
}

function textsOf({ spec, chain }: Rule, table: Table, family: Family): readonly string[] {
  if (spec.errors.length > 0) return [canonicalRule(chain, spec)];
  return eachAddress(spec).map((one) => canonicalRule(chain, savedSpec(one, contextOf(one, chain, table, family))));
}

function placedIn(ruleset: Ruleset): readonly Placed[] {
  return [...ruleset.tables.values()].flatMap((table) =>
    [...table.chains.values()].flatMap((chain) =>
      chain.rules
        .filter(({ gap }) => gap === undefined)
        .flatMap((rule) => textsOf(rule, table, ruleset.family).map((text) => ({ ruleset, table: table.name, chain, rule, text }))),
    ),
  );
}

const keyOf = ({ table, text }: Placed): string => `${table} ${text}`;
const CLOSING = new Set(['DROP', 'REJECT']);
const OPENING = new Set(['ACCEPT', 'DNAT', 'REDIRECT']);

/** ufw leads its own chains to one another when it has loaded its files (ufw-init-functions). */
const isUfwsOwnJump = ({ rule: { spec } }: Placed): boolean =>
  spec.matches.length === 0 && spec.errors.length === 0 && /^ufw6?-/.test(spec.target?.name ?? '');

/** By this option of a network, Docker lets interfaces into its containers by a rule in table raw each (bridge_linux.go, since Engine 28.2). */
const TRUSTED = 'com.docker.network.bridge.trusted_host_interfaces';

function trusts({ spec: { matches, target } }: Rule, trusted: ReadonlySet<string>): boolean {
  const from = matches.flatMap(({ options }) => options).find(({ flag, negated }) => flag === '-i' && !negated);
  return target?.name === 'ACCEPT' && trusted.has(from?.args[0] ?? '');
}

/** Which chains the files speak for: all, or those that they make. */
function speaksFor(files: readonly StartRules[]): (table: TableName, chain: string) => boolean {
  const all = files.some(({ replaces }) => replaces === 'tables');
  return (table, chain) =>
    all ||
    files.some(
      ({ ruleset }) => ruleset.tables.get(table)?.chains.get(chain)?.policy === undefined && ruleset.tables.get(table)?.chains.has(chain),
    );
}

/** Compares the rules of one family that the kernel holds with those that files bring at a start. */
class FamilyComparison {
  private readonly bridges: ReadonlySet<string>;
  private readonly running: readonly Ruleset[];
  private readonly trusted: ReadonlySet<string>;

  constructor(
    survey: Survey,
    private readonly family: Family,
    private readonly files: readonly StartRules[],
  ) {
    this.bridges = runtimeBridges(survey.host);
    this.trusted = new Set(survey.host.networks.flatMap(({ options }) => options.get(TRUSTED)?.split(':') ?? []));
    this.running = survey.machine.root.netns.rulesets.filter((set) => set.family === family);
  }

  /** Rules that no known program writes anew when it starts. */
  private isOperators({ ruleset, table, chain, rule }: Placed): boolean {
    if (table === 'raw' && trusts(rule, this.trusted)) return false;
    const owner = ownerOfListed({ ruleset, table: { name: table }, chain, rule }, this.bridges).kind;
    return owner === 'you' || owner === 'docker or you';
  }

  private name(table: TableName, text: string): string {
    return `IPv${this.family} ${table} ${text}`;
  }

  private difference(what: 'lost' | 'back', placed: Placed): StartDifference {
    const { table, rule, text } = placed;
    const target = rule.spec.target?.name ?? '';
    const note = what === 'lost' ? 'no file that was given brings it back' : 'it is not there now, and comes back';
    return {
      what,
      opens: (what === 'lost' ? CLOSING : OPENING).has(target),
      kind: 'rule',
      name: this.name(table, text),
      text,
      origin: rule.origin,
      lines: [{ text: rule.text, origin: rule.origin, note }],
    };
  }

  private lost(): readonly StartDifference[] {
    const saved = new Tally(this.files.flatMap(({ ruleset }) => placedIn(ruleset).map(keyOf)));
    const speaks = speaksFor(this.files);
    const made = new Set(this.files.flatMap(({ ruleset, replaces }) => (replaces === 'chains' ? chainsMade(ruleset) : [])));
    return this.running
      .flatMap(placedIn)
      .filter((placed) => speaks(placed.table, placed.chain.name))
      .filter((placed) => (made.has(`${placed.table} ${placed.chain.name}`) ? !isUfwsOwnJump(placed) : this.isOperators(placed)))
      .filter((placed) => !saved.take(keyOf(placed)))
      .map((placed) => this.difference('lost', placed));
  }

  private back(): readonly StartDifference[] {
    const there = new Tally(this.running.flatMap((ruleset) => placedIn(ruleset).map(keyOf)));
    const tables = this.files.flatMap(({ ruleset, replaces }) =>
      placedIn(ruleset).filter((placed) => replaces === 'chains' || this.isOperators(placed)),
    );
    return tables.filter((placed) => !there.take(keyOf(placed))).map((placed) => this.difference('back', placed));
  }

  /** Policies of built-in chains; that of FORWARD is Docker's to set. */
  private policies(): readonly StartDifference[] {
    const files = this.files.filter(({ replaces }) => replaces === 'tables');
    return this.running.flatMap((ruleset) =>
      [...ruleset.tables.values()].flatMap(({ name: table, chains }) =>
        [...chains.values()].flatMap((chain): readonly StartDifference[] => {
          const owner = ownerOfListed({ ruleset, table: { name: table }, chain, rule: undefined }, this.bridges).kind;
          const saved = files
            .map((file) => file.ruleset.tables.get(table)?.chains.get(chain.name))
            .find((one) => one?.policy !== undefined);
          const { policy } = chain;
          if (policy === undefined || chain.policyUnseen !== undefined || owner !== 'you' || saved?.policy === undefined) return [];
          return saved.policy === policy ? [] : [this.policy(table, { ...chain, policy }, { ...saved, policy: saved.policy })];
        }),
      ),
    );
  }

  private policy(table: TableName, now: Chain & { policy: string }, then: Chain & { policy: string }): StartDifference {
    return {
      what: 'set',
      opens: now.policy === 'DROP',
      kind: 'chain',
      name: this.name(table, now.name),
      text: `policy ${now.policy} of ${now.name}, ${then.policy} after a start`,
      origin: now.origin,
      lines: [
        { text: `:${now.name} ${now.policy}`, origin: now.origin, note: 'now' },
        { text: `:${then.name} ${then.policy}`, origin: then.origin, note: 'after a start' },
      ],
    };
  }

  compare(): StartComparison {
    if (this.running.length === 0) return { differences: [], doubts: [`the rules of IPv${this.family} are not in the snapshot`] };
    const unread = this.files.filter(({ whole }) => !whole).map(({ ruleset }) => `not all of ${ruleset.file} was understood`);
    const partly = this.running.filter(isInPart).map(({ file }) => `${file} does not show all rules`);
    return {
      differences: [...(unread.length > 0 ? [] : this.lost()), ...(partly.length > 0 ? [] : this.back()), ...this.policies()],
      doubts: [...unread, ...partly],
    };
  }
}

const chainsMade = (ruleset: Ruleset): readonly string[] =>
  [...ruleset.tables.values()].flatMap((table) =>
    [...table.chains.values()].flatMap((chain) => (chain.policy === undefined ? [`${table.name} ${chain.name}`] : [])),
  );

const isInPart = ({ unlisted = [], tables }: Ruleset): boolean =>
  unlisted.length > 0 ||
  [...tables.values()].some(({ chains }) => [...chains.values()].some(({ rules }) => rules.some((rule) => rule.gap !== undefined)));

/** @returns what of iptables' rules a start would change. */
export function comparedRules(survey: Survey, all: readonly StartRules[]): readonly StartComparison[] {
  return ([4, 6] as const).flatMap((family) => {
    const files = all.filter(({ ruleset }) => ruleset.family === family);
    return files.length === 0 ? [] : [new FamilyComparison(survey, family, files).compare()];
  });
}
