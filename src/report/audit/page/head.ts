import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Audit } from '../../../model/audit.js';
import { hostName } from '../words.js';
import { count } from '../../words.js';
import { list, text } from './text.js';

/** @returns what tells one set of rules from another: it changes with any rule that was asked, and with its words. */
export function rulesVersion({ rules }: Pick<Audit, 'rules'>): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(rules)))).slice(0, 8);
}

/** @returns what the snapshot lacks, in a few words; undefined where it lacks nothing that was looked for. */
export function lackingLine({ coverage, unread = [], undetermined }: Audit): string | undefined {
  const missing = coverage.files.reduce((sum, { missing: files }) => sum + files.length, 0);
  const parts = unread.filter(({ used }) => used !== 'whole').length;
  const facts = [
    ...(missing === 0 ? [] : [`${count(missing, 'listing')} missing`]),
    ...(parts === 0 ? [] : [`${count(parts, 'file')} not understood in full`]),
    ...(undetermined.length === 0 ? [] : [`${count(undetermined.length, 'rule')} undetermined`]),
  ];
  return facts.length === 0 ? undefined : facts.join(', ');
}

/** @returns which host, from when, by which version, and whether the snapshot was whole. */
export function head(audit: Audit, version: string): string {
  const { meta } = audit;
  const lacking = lackingLine(audit);
  const facts = [
    `Snapshot of ${text(meta.collectedAt ?? 'an unknown time')}`,
    lacking === undefined
      ? 'Snapshot complete'
      : `<span class="lacking">Snapshot incomplete: <a href="#coverage">${text(lacking)}</a></span>`,
    ...(meta.kernel === undefined ? [] : [`Linux ${text(meta.kernel)}`]),
    ...(meta.docker === undefined ? [] : [`Docker ${text(meta.docker)}`]),
    `dtrace-path ${text(version)}, ${count(audit.rules.length, 'rule')} (${rulesVersion(audit)})`,
  ];
  return `<header><h1>Network audit of ${text(hostName(audit))}</h1>${list(facts, 'facts')}</header>`;
}
