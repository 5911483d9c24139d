import { CompiledTable, type CompiledChain } from '../../datapath/netfilter/compile.js';
import type { CompiledRule } from '../../netfilter/iptables/compile.js';
import type { Family, Ip } from '../../address/ip.js';
import type { EvidenceLine } from '../../model/audit.js';
import type { Ruleset } from '../../model/netfilter.js';
import type { Analysis } from '../analysis.js';
import { ruleWords, saveLine } from '../../netfilter/iptables/rule-words.js';
import { conjuncts } from '../../netfilter/predicate/conjuncts.js';
import { chainUses } from '../matching/never.js';
import { notApplicable, type Fix, type Proof } from '../proof.js';
import { makeEffective } from '../remedy/docker-user.js';
import { deletion, iptables } from '../remedy/rule-commands.js';
import { entersChain } from '../survey/reached.js';
import { uplinks, type Outsider } from '../survey/outsiders.js';
import type { PublishedService } from '../survey/services.js';
import type { Asked, Survey } from '../survey/survey.js';

const CHAIN = 'DOCKER-USER';

function isPlaceholder(rule: CompiledRule): boolean {
  return rule.rule.text === `-A ${CHAIN} -j RETURN`;
}

function objectOf(rule: CompiledRule, family: Family): Proof['object'] {
  return { kind: 'rule', name: `IPv${family} ${rule.rule.text}`, origin: rule.rule.origin };
}

function lineOf(rule: CompiledRule, note: string): EvidenceLine {
  return { text: rule.rule.text, origin: rule.rule.origin, note };
}

/** The port that a rule names as the destination, where it names one. */
function destinationPort(rule: CompiledRule): number | undefined {
  for (const one of conjuncts(rule.predicate)) {
    const [first] = one.op === 'in' && one.field === 'dport' ? one.ranges : [];
    if (first !== undefined && first[0] === first[1] && one.op === 'in' && one.ranges.length === 1) return Number(first[0]);
  }
  return undefined;
}

/** The rule as it would have to be: what the client asked for, not what DNAT made of it. */
function rewritten(words: readonly string[], port: number): readonly string[] {
  const at = words.findIndex((word, i) => word === '-m' && ['tcp', 'udp'].includes(words[i + 1] ?? '') && words[i + 2] === '--dport');
  if (at < 0) return words;
  return [...words.slice(0, at), '-m', 'conntrack', '--ctorigdstport', String(port), '--ctdir', 'ORIGINAL', ...words.slice(at + 4)];
}

/** The rule anew, and the old one away; by hand where not all of it was understood. */
function matchAsked({ rule }: CompiledRule, port: number, family: Family): Fix {
  const title = 'Match what the client asked for';
  const old = deletion(rule, family, 'filter');
  const known = ruleWords(rule);
  if (known === undefined) return { title, commands: [old], changes: [] };
  const words = rewritten(known, port);
  return {
    title,
    commands: [iptables(family, 'filter', ['-I', CHAIN, '1', ...words]), old],
    changes: [{ kind: 'insert', family, table: 'filter', chain: CHAIN, line: saveLine(['-A', CHAIN, ...words]) }],
  };
}

function passes(asked: Asked, rule: CompiledRule): boolean {
  const { file, line } = rule.rule.origin;
  return asked.trace.outcome === 'connected' && !asked.trace.rules.some((hit) => hit.file === file && hit.line === line);
}

/** An address that the rule is about: the source that it names, where nobody in the snapshot has it. */
function sourceOf(survey: Survey, rule: CompiledRule, outsider: Outsider): Ip | undefined {
  for (const one of conjuncts(rule.predicate)) {
    const [first] = one.op === 'in' && one.field === 'src' ? one.ranges : [];
    if (first === undefined || typeof first[0] !== typeof outsider.ip) continue;
    const [low, high] = first;
    const ip = low === high ? low : typeof low === 'number' ? low + 1 : low + 1n;
    return survey.machine.ownerOf(ip) === undefined ? ip : undefined;
  }
  return outsider.ip;
}

/** Asks for a published port as those would whom the rule means: from its source, by its interface. */
function askAsMeant(survey: Survey, service: PublishedService, rule: CompiledRule, family: Family): readonly Asked[] {
  const ifaces = conjuncts(rule.predicate).flatMap((one) => (one.op === 'iface' && one.which === 'in' ? [one] : []));
  const meant = survey.outsiders.filter(
    (o) => o.family === family && ifaces.every((i) => (i.prefix ? o.dev.startsWith(i.name) : o.dev === i.name)),
  );
  return meant.flatMap((outsider) => {
    const ip = sourceOf(survey, rule, outsider);
    if (ip === undefined) return [];
    const asker = ip === outsider.ip ? outsider : { ...outsider, ip, name: survey.text(ip) };
    return survey.addressesFor(service, outsider).map((to) => survey.fromOutside(asker, to, service.proto, service.port.hostPort));
  });
}

/** A rule that names the published port, where the packet already bears the container's. */
function namesPublishedPort(survey: Survey, rule: CompiledRule, family: Family): Proof | undefined {
  const port = destinationPort(rule);
  const published = survey.services.filter((s): s is PublishedService => s.kind === 'published');
  const mine = published.filter((s) => s.port.hostPort === port && s.port.containerPort !== port);
  const someoneHasIt = survey.services.some((s) =>
    s.kind === 'published' ? s.port.containerPort === port : s.kind === 'container' && s.listener.port === port,
  );
  if (port === undefined || mine.length === 0 || someoneHasIt) return undefined;
  for (const service of mine) {
    const open = askAsMeant(survey, service, rule, family).find((asked) => passes(asked, rule));
    if (open === undefined) continue;
    const why = `it names port ${port}, and DNAT has made it ${service.port.containerPort} of ${service.container.name} before DOCKER-USER is asked`;
    return {
      object: { ...objectOf(rule, family), container: service.container.name, detail: `${why}; ${open.from} reaches it` },
      traces: [open.trace],
      lines: [lineOf(rule, why)],
      fixes: [matchAsked(rule, port, family)],
    };
  }
  return undefined;
}

function deadChain(chain: CompiledChain, set: Ruleset): readonly Proof[] {
  const forward = set.tables.get('filter')?.chains.get('FORWARD');
  if (forward === undefined) return [];
  const why = 'no rule of FORWARD leads to DOCKER-USER, so nothing in it is ever asked';
  return chain.rules
    .filter((rule) => !isPlaceholder(rule))
    .map((rule) => ({
      object: { ...objectOf(rule, set.family), detail: why },
      cause: 'no jump',
      traces: [],
      lines: [lineOf(rule, why), { text: `:FORWARD ${forward.policy ?? '-'}`, origin: forward.origin, note: 'has no jump to DOCKER-USER' }],
      fixes: [
        { title: 'Lead FORWARD to it', commands: [iptables(set.family, 'filter', ['-I', 'FORWARD', '1', '-j', CHAIN])], changes: [] },
      ],
    }));
}

/** Published ports whose packets are accepted before DOCKER-USER is asked. */
function passedBy(survey: Survey, chain: CompiledChain, family: Family): readonly Proof[] {
  const rules = chain.rules.filter((rule) => !isPlaceholder(rule));
  if (rules.length === 0) return [];
  const early = survey.services
    .flatMap((service) => (service.kind === 'published' ? survey.knock(service) : []))
    .find((asked) => {
      if (asked.family !== family || asked.trace.outcome !== 'connected') return false;
      const forward = asked.trace.steps.find(
        (s) => s.kind === 'table' && s.hook === 'FORWARD' && s.table === 'filter' && s.netns === 'host' && !s.reply,
      );
      return forward?.kind === 'table' && !forward.hits.some((hit) => entersChain(hit, CHAIN));
    });
  const accept = early?.trace.rules.findLast((hit) => hit.table === 'filter' && hit.action?.kind === 'accept');
  if (early === undefined || accept === undefined) return [];
  const why = `\`${accept.rule}\` accepts before DOCKER-USER is asked`;
  return rules.map((rule) => ({
    object: { ...objectOf(rule, family), detail: why },
    cause: 'accepted before',
    traces: [early.trace],
    lines: [lineOf(rule, why), { text: accept.rule, origin: { file: accept.file, line: accept.line }, note: 'accepts first' }],
    fixes: [
      {
        title: 'Ask DOCKER-USER first',
        commands: [
          iptables(family, 'filter', ['-D', 'FORWARD', '-j', CHAIN]),
          iptables(family, 'filter', ['-I', 'FORWARD', '1', '-j', CHAIN]),
        ],
        changes: [],
      },
    ],
  }));
}

function ofRuleset(survey: Survey, set: Ruleset): readonly Proof[] {
  const filter = set.tables.get('filter');
  if (filter === undefined) return [];
  const table = new CompiledTable(filter, set.family);
  const chain = table.chain(CHAIN);
  if (chain === undefined) return [];
  const use = chainUses(table).get(CHAIN);
  if (use === undefined) return deadChain(chain, set);
  const single = chain.rules.flatMap((rule): readonly Proof[] => {
    if (isPlaceholder(rule)) return [];
    const never = survey.idleRules().why(survey.machine.root, rule, use);
    // what an earlier rule does already is done
    if (never?.how === 'redundant') return [];
    if (never === undefined) return [namesPublishedPort(survey, rule, set.family)].filter((proof) => proof !== undefined);
    return [
      {
        object: { ...objectOf(rule, set.family), detail: never.why },
        cause: never.how,
        traces: [],
        lines: [lineOf(rule, never.why), ...never.lines],
        fixes: [makeEffective(rule.rule, set.family, never, uplinks(survey.machine)[0]?.name)],
      },
    ];
  });
  return [...single, ...passedBy(survey, chain, set.family)];
}

/** Rules of DOCKER-USER that match nothing that they are meant for. */
export const dockerUserIneffective: Analysis = (survey) => {
  const sets = survey.machine.root.netns.rulesets.filter((set) => set.tables.get('filter')?.chains.has(CHAIN) === true);
  if (sets.length === 0) return notApplicable('no chain DOCKER-USER in the rules of the host');
  const own = sets.flatMap(
    (set) =>
      set.tables
        .get('filter')
        ?.chains.get(CHAIN)
        ?.rules.filter((r) => r.text !== `-A ${CHAIN} -j RETURN`) ?? [],
  );
  if (own.length === 0) return notApplicable('DOCKER-USER holds no rule of yours');
  return { proofs: sets.flatMap((set) => ofRuleset(survey, set)), doubts: [], note: `${own.length} rules of DOCKER-USER looked at` };
};
