import type { Step } from '../../model/trace.js';
import type { EvidenceLine } from '../../model/audit.js';
import { isHostNetns } from '../../model/netns.js';
import type { NftRule } from '../../model/nftables/ruleset.js';
import type { RuleHit, Trace } from '../../model/trace.js';
import { remark } from '../../command/index.js';
import { nativeHead } from '../../netfilter/nftables/index.js';
import { writerOfTable } from '../../inventory/index.js';
import type { Proof } from '../proof.js';
import type { Survey } from '../survey/survey.js';

type TableStep = Extract<Step, { kind: 'table' }>;

/** The accept of one base chain, and the chain behind it that drops the packet. */
interface Overruled {
  readonly accept: RuleHit;
  readonly by: TableStep;
}

function overruledIn(trace: Trace): readonly Overruled[] {
  const tables = trace.steps.filter((s): s is TableStep => s.kind === 'table' && isHostNetns(s.netns) && !s.reply);
  return tables.flatMap((step, i): readonly Overruled[] => {
    const accept = step.nft === undefined || step.verdict !== 'accept' || step.policy !== undefined ? undefined : step.hits.at(-1);
    const by = tables.slice(i + 1).find((later) => later.leg === step.leg && later.hook === step.hook && later.verdict !== 'accept');
    return accept?.action?.kind !== 'accept' || by === undefined ? [] : [{ accept, by }];
  });
}

/** The operator's rule that a hit is of, where it names an address or a port: a rule that lets everything by is not believed to open anything. */
function meant(survey: Survey, { nft, table, file, line, handle }: RuleHit): NftRule | undefined {
  const found = survey.machine.root.natives.own.find((one) => one.family === nft && one.name === table);
  if (found === undefined || writerOfTable(found) !== undefined) return undefined;
  const rule = [...found.chains.values()]
    .flatMap(({ rules }) => rules)
    .find(({ origin, handle: own }) => origin.file === file && origin.line === line && own === handle);
  const { dst, dport } = rule === undefined ? {} : nativeHead(rule.statements);
  return dst === undefined && dport === undefined ? undefined : rule;
}

function dropLine({ hits, policy, origin, table, nft, chain, hook }: TableStep): EvidenceLine | undefined {
  const hit = hits.at(-1);
  if (policy === undefined) return hit && { text: hit.rule, origin: { file: hit.file, line: hit.line }, note: 'drops it all the same' };
  const where = nft === undefined ? `${table} ${hook}` : `${nft} ${table} ${chain ?? ''}`;
  return origin && { text: `${where}: policy ${policy.toLowerCase()}`, origin, note: 'drops it all the same' };
}

/**
 * Native accepts of the operator's behind which another base chain of the hook drops the packet: an accept ends its own base chain
 * alone (nf_hook_slow goes on with the next).
 */
export function overruledAccepts(survey: Survey): readonly Proof[] {
  const seen = new Set<string>();
  return survey.services.flatMap((service) =>
    survey.knock(service).flatMap(({ trace }) =>
      overruledIn(trace).flatMap(({ accept, by }): readonly Proof[] => {
        const rule = meant(survey, accept);
        const key = `${accept.file}:${accept.line} ${accept.handle}`;
        if (rule === undefined || seen.has(key)) return [];
        seen.add(key);
        const behind = by.nft === undefined ? `${by.table} ${by.hook} of iptables` : `chain ${by.nft} ${by.table} ${by.chain ?? ''}`;
        const detail = `an accept ends its own base chain alone, and ${behind} drops the packet behind it`;
        const lines = [{ text: rule.text, origin: rule.origin, note: 'accepts, in its own chain' }, dropLine(by)];
        return [
          {
            object: {
              kind: 'rule',
              name: `nftables ${accept.nft} ${accept.table} ${accept.chain} ${rule.text}`,
              detail,
              origin: rule.origin,
            },
            cause: 'overruled',
            title: 'An accept that does not open anything: a later chain drops the packet',
            traces: [trace],
            lines: lines.filter((one) => one !== undefined),
            fixes: [{ title: 'Accept it there as well', commands: [remark`put the accept before what drops the packet in ${behind}`] }],
          },
        ];
      }),
    ),
  );
}
