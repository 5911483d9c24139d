import type { Files } from '../hosts.js';

/** A recorded host with changes, and what one rule finds on it. */
export interface Case {
  readonly rule: string;
  readonly name: string;
  readonly host: string;
  readonly changes: readonly ((files: Files) => void)[];
  /** Each finding: severity, then its objects. */
  readonly found: readonly (readonly string[])[];
  readonly state: 'found' | 'passed' | 'not applicable' | 'undetermined';
}

type Told = Omit<Case, 'rule'>;

/** A host on which the rule finds these. */
export function fires(name: string, host: string, changes: Case['changes'], ...found: Case['found']): Told {
  return { name, host, changes, found, state: 'found' };
}

/** A host on which the rule finds these, by a listing that others contradict: it may hide more. */
export function firesInDoubt(...told: Parameters<typeof fires>): Told {
  return { ...fires(...told), state: 'undetermined' };
}

/** A host that looks alike, on which the rule finds nothing. */
export function quiet(name: string, host: string, changes: Case['changes'], state: Case['state'] = 'passed'): Told {
  return { name, host, changes, found: [], state };
}

/** The cases of one rule. */
export function casesOf(rule: string, cases: readonly Told[]): readonly Case[] {
  return cases.map((one) => ({ rule, ...one }));
}
