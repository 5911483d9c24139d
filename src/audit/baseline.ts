import type { Audit } from '../model/audit.js';
import type { Fleet } from '../model/fleet.js';
import { compareText } from './group.js';

/** What was known before: every object of every finding, by name for people and by fingerprint for the comparison. */
export interface Baseline {
  readonly format: 'dtrace-path-baseline/1';
  readonly findings: readonly {
    /** Of a fleet: on which host. */
    readonly host?: string;
    readonly rule: string;
    readonly object: string;
    readonly fingerprint: string;
  }[];
}

/** A baseline file that cannot be used. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
}

/** @returns the baseline of an audit, in an order that does not depend on severities. */
export function baselineOf(audit: Audit): Baseline {
  const findings = audit.findings.flatMap((f) => f.objects.map((o) => ({ rule: f.rule, object: o.name, fingerprint: o.fingerprint })));
  return {
    format: 'dtrace-path-baseline/1',
    findings: findings.sort((a, b) => compareText(`${a.rule} ${a.object}`, `${b.rule} ${b.object}`)),
  };
}

/** @returns the baseline of a fleet, host by host. */
export function baselineOfFleet({ hosts }: Fleet): Baseline {
  const findings = hosts.flatMap(({ name, findings: found }) =>
    found.flatMap((f) => f.objects.map((o) => ({ host: name, rule: f.rule, object: o.name, fingerprint: o.fingerprint }))),
  );
  return {
    format: 'dtrace-path-baseline/1',
    findings: findings.sort((a, b) => compareText(`${a.host} ${a.rule} ${a.object}`, `${b.host} ${b.rule} ${b.object}`)),
  };
}

type Known = Baseline['findings'][number];

function textAt(entry: object, key: string): string | undefined {
  const value: unknown = Object.entries(entry).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value : undefined;
}

function knownOf(entry: unknown, index: number, file: string): Known {
  const fingerprint = typeof entry === 'object' && entry !== null ? textAt(entry, 'fingerprint') : undefined;
  if (typeof entry !== 'object' || entry === null || fingerprint === undefined)
    throw new BaselineError(`${file}: findings.${index} has no fingerprint`);
  const host = textAt(entry, 'host');
  return { rule: textAt(entry, 'rule') ?? '', object: textAt(entry, 'object') ?? '', fingerprint, ...(host !== undefined && { host }) };
}

function readKnown(text: string, file: string): readonly Known[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BaselineError(`${file}: is no JSON (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
  const list = typeof value === 'object' && value !== null && 'findings' in value ? value.findings : undefined;
  if (!Array.isArray(list)) throw new BaselineError(`${file}: is no baseline; write one with --update-baseline`);
  return list.map((entry: unknown, index) => knownOf(entry, index, file));
}

/**
 * Reads a baseline.
 * @param file for messages.
 * @returns the fingerprints in it.
 * @throws BaselineError where it is none.
 */
export function parseBaseline(text: string, file: string): ReadonlySet<string> {
  return new Set(readKnown(text, file).map((known) => known.fingerprint));
}

/**
 * Reads the baseline of a fleet.
 * @returns the fingerprints in it by host.
 * @throws BaselineError where it is none.
 */
export function parseFleetBaseline(text: string, file: string): ReadonlyMap<string, readonly string[]> {
  const byHost = new Map<string, string[]>();
  for (const { host = '', fingerprint } of readKnown(text, file)) byHost.set(host, [...(byHost.get(host) ?? []), fingerprint]);
  return byHost;
}

/** @returns the audit with every finding marked as new that has an object the baseline lacks. */
export function markNew(audit: Audit, known: ReadonlySet<string>): Audit {
  return { ...audit, findings: audit.findings.map((f) => ({ ...f, isNew: f.objects.some((o) => !known.has(o.fingerprint)) })) };
}
