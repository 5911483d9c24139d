import type { Audit } from '../../model/audit.js';
import type { Host } from '../../model/host.js';
import type { FindingChange, FindingChanges } from '../../model/reachability.js';
import { sameName } from '../../reachability/index.js';
import { readConfig } from '../audit/config.js';
import { auditHost, settingsFrom } from '../audit/host.js';

/** The objects of an audit's findings by what they are called on hosts set up alike. */
function found(audit: Audit, host: Host): ReadonlyMap<string, FindingChange> {
  const name = sameName(host);
  const objects = new Map<string, FindingChange>();
  for (const { rule, severity, title, possible, objects: own } of audit.findings) {
    const sure = possible === undefined ? '' : 'possible: ';
    for (const object of own)
      objects.set(`${sure}${rule}\n${object.kind}\n${name(object.name)}`, {
        rule,
        severity,
        title: `${sure}${title}`,
        object: object.name,
      });
  }
  return objects;
}

const missing = (from: ReadonlyMap<string, FindingChange>, other: ReadonlyMap<string, FindingChange>): readonly FindingChange[] =>
  [...from].flatMap(([key, change]) => (other.has(key) ? [] : [change]));

/**
 * Audits two hosts by the rules, and with the suppressions, that `audit` would take here.
 * @param today the day by which suppressions expire.
 * @returns what is found on one of them alone.
 */
export async function findingChanges(before: Host, after: Host, today: string): Promise<FindingChanges> {
  const config = await readConfig(undefined);
  const settings = settingsFrom(config, { folders: [], only: [], disable: [], acceptUndetermined: [], today, proveFixes: false });
  const old = found(await auditHost(before, settings, { captures: false }), before);
  const now = found(await auditHost(after, settings, { captures: false }), after);
  return { new: missing(now, old), gone: missing(old, now) };
}
