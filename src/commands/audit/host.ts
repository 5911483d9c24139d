import type { Suppression, AuditDraft, UseLookUp } from '../../audit/index.js';
import type { Audit } from '../../model/audit.js';
import type { CapturedFlow } from '../../model/capture.js';
import type { Host } from '../../model/host.js';
import type { ReadConfig } from './config.js';
import { readRules, type RuleChoice } from './rules.js';
import type { CaptureOptions } from '../common/capture-options.js';

/** How hosts are to be audited: plain data, so that it can be handed to another thread. */
export interface AuditSettings {
  readonly choice: RuleChoice;
  readonly suppress: readonly Suppression[];
  /** The file of the suppressions. */
  readonly suppressedBy?: string;
  readonly disabled: Audit['disabled'];
  readonly accepted: Audit['accepted'];
  /** The day by which suppressions expire, as `2026-11-21`. */
  readonly today: string;
  readonly proveFixes: boolean;
}

async function prove(draft: AuditDraft): Promise<Audit> {
  const { proveFixes } = await import('../../audit/prove.js');
  return proveFixes(draft);
}

/** @returns a look-up over the captures that the options and the snapshot name; undefined where there are none. */
async function readUse(options: CaptureOptions, host: Host): Promise<UseLookUp | undefined> {
  if (options.pcap === undefined && (host.captures.length === 0 || options.captures === false)) return undefined;
  const [{ captureInputs, collectCaptures }, { buildFlows }, { namesOf }, { evidenceIn }] = await Promise.all([
    import('../common/captures.js'),
    import('../../capture/flows/build.js'),
    import('../../capture/names.js'),
    import('../../capture/evidence-for.js'),
  ]);
  const inputs = captureInputs(options, host);
  if (inputs.length === 0) return undefined;
  const { collector, taps } = await collectCaptures(inputs, host);
  const flows = [...buildFlows(collector, taps, namesOf(host))];
  const fromAnybody = evidenceIn(flows, true);
  const outside = doorsKnockedAt(flows.filter((flow) => flow.client.name === undefined));
  return (sought) =>
    sought.src === undefined ? evidenceIn(outside.get(`${sought.dst} ${sought.dport ?? ''}`) ?? [], true)(sought) : fromAnybody(sought);
}

/** Conversations by the address and port that they first asked for: what NAT made of it is another's door. */
function doorsKnockedAt(flows: readonly CapturedFlow[]): ReadonlyMap<string, readonly CapturedFlow[]> {
  const doors = new Map<string, CapturedFlow[]>();
  for (const flow of flows) {
    const key = `${flow.server.ip} ${flow.server.port ?? ''}`;
    const there = doors.get(key);
    if (there === undefined) doors.set(key, [flow]);
    else there.push(flow);
  }
  return doors;
}

/**
 * Audits one host: rules, remedies, captures, suppressions.
 * @throws UsageError, RuleError on rules and captures that cannot be read.
 */
export async function auditHost(host: Host, settings: AuditSettings, captures: CaptureOptions): Promise<Audit> {
  const [{ createMachine }, { auditMachine }, { suppress }, rules, lookUp] = await Promise.all([
    import('../../datapath/index.js'),
    import('../../audit/engine.js'),
    import('../../audit/suppress.js'),
    readRules(settings.choice),
    readUse(captures, host),
  ]);
  const draft = auditMachine(createMachine(host), rules);
  const proved = settings.proveFixes ? await prove(draft) : draft.audit;
  const marked = lookUp === undefined ? proved : (await import('../../audit/used.js')).markUsed(proved, draft, lookUp);
  const { disabled, accepted } = settings;
  return { ...suppress(marked, settings.suppress, settings.today, settings.suppressedBy), disabled, accepted };
}

/** @returns the settings that a configuration and the options of a command make together. */
export function settingsFrom(
  config: ReadConfig,
  options: Pick<RuleChoice, 'folders' | 'only'> & {
    readonly disable: readonly string[];
    readonly acceptUndetermined: readonly string[];
    readonly today: string;
    readonly proveFixes: boolean;
  },
): AuditSettings {
  const { folders, only, disable, acceptUndetermined, today, proveFixes } = options;
  const by = config.file ?? '';
  const aside = (option: string, given: readonly string[], written: readonly string[] = []): Audit['disabled'] => [
    ...given.map((rule) => ({ rule, by: option })),
    ...written.map((rule) => ({ rule, by })),
  ];
  return {
    choice: {
      folders,
      only,
      disable: [...disable, ...(config.disable ?? [])],
      known: [...acceptUndetermined, ...(config.acceptUndetermined ?? [])],
    },
    suppress: config.suppress ?? [],
    ...(config.file !== undefined && { suppressedBy: config.file }),
    disabled: aside('--disable', disable, config.disable),
    accepted: aside('--accept-undetermined', acceptUndetermined, config.acceptUndetermined),
    ...{ today, proveFixes },
  };
}
