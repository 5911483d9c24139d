import { parseCall } from './call.js';
import { listingCallIn, plausibleCall } from './known-call.js';
import type { Call } from './piece.js';

/** A shell's prompt, and what was typed behind it. */
export interface Prompt {
  readonly host?: string;
  /** Absent where nothing was typed, or nothing that is a command. */
  readonly call?: Call;
  /** `/ #`, `bash-5.1#`: a prompt as it stands in a container, where somebody went into one. */
  readonly nameless: boolean;
}

/** Prompts that cannot be taken for anything else; the groups are the host, where it is named, and the command. */
const NAMED: readonly RegExp[] = [
  /^(?:\([^)]*\) ?)?[\w.-]+@(?<host>[\w.-]+)(?:[: ][^$#%❯>]{0,80})?[$#%❯](?<command>(?: .*)?)$/u,
  /^(?:\([^)]*\) ?)?\[[\w.-]+@(?<host>[\w.-]+)(?: [^\]]{0,80})?\] ?[$#%](?<command>(?: .*)?)$/u,
  /^(?<host>[\w.-]+) (?:~|\/)[^ ]{0,80} ?[$#%](?<command>(?: .*)?)$/u,
  /^(?<host>[\w.-]+):(?:~|\/)[^ ]{0,80}? ?[$#%](?<command>(?: .*)?)$/u,
  /^PS [A-Za-z]:\\[^>]{0,120}> ?(?<command>.*)$/u,
  /^[A-Za-z]:\\[^>]{0,120}>(?<command>.*)$/u,
  /^[└╰]─+[^$#%]{0,20}[$#%❯](?<command>.*)$/u,
];
/** Kali's first line of two. */
const FIRST_OF_TWO = /^[┌╭]─+[([]?(?:[\w.-]+[@㉿💀](?<host>[\w.-]+))?/u;
const NAMELESS = /^(?:(?:\/|~)[^ ]{0,80} |(?:ba|da|a|z)?sh-[\d.]+)[$#%](?<command>(?: .*)?)$/u;
/** A sign alone says nothing: what follows must be a command. */
const SIGN = /^(?:➜ {1,2}\S+(?: git:\([^)]{0,80}\))?(?: [✗✔x*])?|[$#%❯➜λ»+]|\$>|>{1,3}|==>)[ \t](?<command>.*)$/u;
/** Any other prompt, where the line ends in a call that prints a listing. */
const OTHER = /^(?!##|<)[^|"']{1,60}?[$#%>❯➜λ»][ \t]*(?<command>[a-z/].*)$/u;
/** What a prompt of two lines says in its first: `app on  main via 🐳 v28.1`, `~/app main* ⇡`. */
const ABOVE = /^(?:[\w.~/-]{1,80} )?(?:(?:on|in|via|at|as)\s+\S.{0,120}|[\w/.-]{1,60}\*? ?[⇡⇣✗✔]?)$/u;
/** Signs with which prompts of two lines end. */
const BELOW = /^[❯➜λ»]\s/u;

/** @returns whether a line is the upper half of a prompt whose lower half the next one is. */
export function isUpperHalf(line: string, next: string): boolean {
  return BELOW.test(next.trimStart()) && ABOVE.test(line.trim()) && /[^\x20-\x7e]|^\S+ (?:on|in|via)\s|^~|^\//u.test(line.trim());
}

/** Words of sentences, which no command has outside quotes: `# route so that replies find back` is a remark. */
const OF_SENTENCES =
  /(?:^|\s)(?:the|and|for|not|so|is|are|be|we|our|this|that|these|here|which|should|must|only|always|never)(?=[\s,.;:!?]|$)/i;

/** @returns whether what stands behind a `#` is a remark of a script or a file of configuration, and nothing that was typed. */
export function isRemark(text: string): boolean {
  return text.startsWith('#') && OF_SENTENCES.test(text.replace(/"[^"]*"|'[^']*'/g, '').replace(/[()]/g, ' '));
}

/** @returns the prompt that a line is. */
export function promptIn(line: string): Prompt | undefined {
  const text = line.trim();
  if (text === '' || text.length > 1000) return undefined;
  for (const form of NAMED) {
    const found = form.exec(text)?.groups;
    if (found === undefined) continue;
    const { host, command = '' } = found;
    const call = command.trim() === '' ? undefined : parseCall(command);
    return { ...(host === undefined ? {} : { host }), ...(call === undefined ? {} : { call }), nameless: false };
  }
  const first = FIRST_OF_TWO.exec(text);
  if (first !== null) return { ...(first.groups?.['host'] === undefined ? {} : { host: first.groups['host'] }), nameless: false };
  const inside = NAMELESS.exec(text)?.groups?.['command'];
  if (inside !== undefined) {
    const call = parseCall(inside);
    return { ...(call === undefined ? {} : { call }), nameless: true };
  }
  if (isRemark(text)) return undefined;
  const sign = SIGN.exec(text)?.groups?.['command'];
  const call = sign === undefined ? listingCallIn(OTHER.exec(text)?.groups?.['command'] ?? '') : plausibleCall(sign);
  return call === undefined ? undefined : { call, nameless: true };
}
