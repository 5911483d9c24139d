import type { Container } from '../model/host.js';
import type { NetInterface } from '../model/link.js';
import type { Origin } from '../model/origin.js';
import type { Explanation, ExplanationLine, ExplanationSection, SubjectKind } from '../model/explanation.js';
import type { Machine } from '../datapath/index.js';

type NetnsState = Machine['root'];

/** An interface in its namespace. */
export interface Located {
  readonly ns: NetnsState;
  readonly iface: NetInterface;
}

/** Nothing in the snapshot is called so; the message says what could be asked. */
export class NothingToExplain extends Error {
  override readonly name = 'NothingToExplain';
}

/** @returns a statement, with its place where there is one. */
export function line(text: string, origin?: Origin): ExplanationLine {
  return origin === undefined || origin.line === 0 ? { text } : { text, origin };
}

/** @returns a section, unless it would be empty. */
export function section(title: string, lines: readonly (ExplanationLine | string | undefined)[]): readonly ExplanationSection[] {
  const real = lines.filter((l) => l !== undefined).map((l) => (typeof l === 'string' ? { text: l } : l));
  return real.length === 0 ? [] : [{ title, lines: real }];
}

/** @returns the whole explanation. */
export function explanation(
  kind: SubjectKind,
  subject: string,
  summary: string,
  sections: readonly (readonly ExplanationSection[])[],
  origin?: Origin,
): Explanation {
  return {
    format: 'dtrace-path-explanation/1',
    kind,
    subject,
    summary,
    sections: sections.flat(),
    ...(origin === undefined ? {} : { origin }),
  };
}

/** @returns every interface of a name, the host's first. */
export function interfacesNamed(machine: Machine, name: string): Located[] {
  return [...machine.namespaces.values()].flatMap((ns) => {
    const iface = ns.interfaces.get(name);
    return iface === undefined ? [] : [{ ns, iface }];
  });
}

/** @returns the running containers that live in a namespace. */
export function containersIn(machine: Machine, netns: string): readonly Container[] {
  return machine.host.containers.filter((c) => c.running && c.netns === netns);
}

/** @returns `eth0 of web`. */
export function nameOf({ ns, iface }: Located): string {
  return `${iface.name} of ${ns.name}`;
}

/** @returns whether a text holds a name, and not as a part of a longer one. */
function holdsName(text: string, name: string): boolean {
  const goesOn = (char: string | undefined): boolean => char !== undefined && /[\w.-]/.test(char);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!goesOn(text[at - 1]) && !goesOn(text[at + name.length])) return true;
  return false;
}

/** @returns what the snapshot contradicts itself in, about a name. */
export function contradictions(machine: Machine, name: string): ExplanationLine[] {
  return machine.host.problems.filter((p) => holdsName(p.text, name) || holdsName(p.message, name)).map((p) => line(p.message, p.origin));
}
