import { parseCall } from './call.js';
import { callOfName, knownCall, listingCallIn } from './known-call.js';
import type { Call } from './piece.js';

/** What stands above a listing, other than a prompt. */
export interface Heading {
  readonly call?: Call;
  readonly host?: string;
  /** What is written above listings that is no command: a file's name, "Before:", "server web1". */
  readonly title?: string;
  /** The next line is the heading's text (supportconfig). */
  readonly banner?: true;
  /** It ends in the brace that opens what stands below (Ansible's facts). */
  readonly opens?: true;
}

const BANNER = /^#={2,}\[ .{1,60} \]={2,}#?$/;
const FILE = /^==> (.{1,300}) <==$/;
const ANSIBLE =
  /^([\w.-]+) \| (?:CHANGED|SUCCESS|FAILED!?|UNREACHABLE!?)(?: \| rc=-?\d+ >>| \| \(stdout\)| \| rc=-?\d+ \| \(stdout\)| => ?\{?)/;
/** What people put around a command that they write above its output. */
const DECORATION: ReadonlySet<string> = new Set(' \t-=#*_~+:|•');
/** Signs that stand at both ends of what they hold. */
const PAIRS: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['<', '>'],
]);
/** What a sentence says of a command that it names. */
const NAMES = /(?:outputs?|results?|from|of|run(?:ning)?|command|here is|here's|this is)\b/i;
/** A sentence that names a command does so in its first words. */
const WORDS_BEFORE = 10;
/** `watch` repeats its call at the left end of the line, the machine and the clock at the right end. */
const WATCHED = /^Every [\d.,]+s: (.{1,200}?)(?: {2,}|\t)\S+: \w{3} \w{3} .{10,24}$/;
/** `<summary>ip a</summary>`, `<b>ip a</b>`. */
const TAGGED = /^(?:<(?:summary|details|b|strong|p|code|h[1-6])>)+(.{1,160}?)(?:<\/(?:summary|details|b|strong|p|code|h[1-6])>)+$/i;
/** `1. ip a`, `2) ip a`. */
const COUNTED = /^\(?\d{1,2}[.)] /;

function undecorated(line: string): string {
  let from = 0;
  let to = line.length;
  for (;;) {
    while (from < to && DECORATION.has(line[from] ?? '')) from++;
    while (to > from && DECORATION.has(line[to - 1] ?? '')) to--;
    const closes = PAIRS.get(line[from] ?? '');
    if (closes === undefined || to - from < 2) break;
    // a sign without its other end is decoration as well
    if (line[to - 1] === closes) to--;
    else if (line.indexOf(closes, from + 1) >= 0 && line.indexOf(closes, from + 1) < to) break;
    from++;
  }
  const bare = line.slice(from, to);
  return /^[^<]*>$/.test(bare) ? undecorated(bare.slice(0, -1)) : bare;
}

/** @returns the call that a sentence names: `Here is the output of docker exec web ip a:`. */
function callInSentence(line: string): Call | undefined {
  const told = /^[A-Za-z(*#>\d]/.test(line) ? NAMES.exec(line) : null;
  if (told === null) return undefined;
  const rest = line
    .slice(told.index + told[0].length)
    .trimEnd()
    .replace(/[:.]$/, '');
  let words = 0;
  for (const { index } of rest.matchAll(/(?<=[\s`'"(]|^)[a-z/]/g)) {
    if (++words > WORDS_BEFORE) return undefined;
    const text = rest.slice(index);
    const quote = rest[index - 1] ?? '';
    const call = knownCall(/[`'"]/.test(quote) ? (text.split(quote)[0] ?? '') : text);
    if (call !== undefined) return call;
  }
  return undefined;
}

/** What commands print in place of a listing; it begins with their name, as a heading does. */
const MESSAGE = /:\s+\S|(?:not found|denied|not permitted|must be root|cannot|could not|unknown option|usage)/i;

/** A file's name, as people write it above what it holds. */
const FILE_NAME = /^(?:\.{0,2}\/)?[\w.+@%~/-]{1,120}\.(?:txt|log|out|json|lst|md|conf|rules|save|list|yaml|yml)$/;
/** Words that tell one taking of a listing from another. */
const MOMENT =
  /^(?:(?:before|after|old|new|now|previous(?:ly)?|earlier|later|working|broken|first|second|host|server|node|machine)\b[^|={}]{0,60})$/i;

/** Stands between the two halves of what `docker info` and `docker version` print. */
const OF_ENGINE = /^Server:\s*$/;

/** @returns what a line is a heading of, where it is no command. */
function titleIn(line: string, bare: string): string | undefined {
  if (FILE_NAME.test(bare)) return bare;
  const marked = /^\s*(?:#{2,}|={2,}|-{2,}|\*{2})/.test(line) || line.trim() === `${bare}:`;
  return marked && MOMENT.test(bare) ? bare : undefined;
}

/** @returns the call that a line names between marks of decoration: `=== ip a ===`, `**iptables -S**`, `ip route:`. */
function decorated(line: string): Call | undefined {
  const bare = undecorated(undecorated(TAGGED.exec(line.trim())?.[1] ?? line).replace(COUNTED, ''));
  if (bare === '' || bare.length > 200 || MESSAGE.test(bare)) return undefined;
  return listingCallIn(bare) ?? callInSentence(line.trim());
}

/** @returns the call of a banner's second line: `# /sbin/ip addr`. */
export function bannerCall(line: string): Call | undefined {
  const text = /^# ?(.*)$/.exec(line.trim())?.[1];
  return text === undefined ? undefined : parseCall(text);
}

/** @returns the heading that a line is. */
export function headingIn(line: string): Heading | undefined {
  const text = line.trim();
  if (text === '' || text.length > 400) return undefined;
  if (BANNER.test(text)) return { banner: true };
  const file = FILE.exec(text)?.[1];
  if (file !== undefined) {
    const call = callOfName(file);
    return call === undefined ? { title: file } : { call, title: file };
  }
  const watched = listingCallIn(WATCHED.exec(text)?.[1] ?? '');
  if (watched !== undefined) return { call: watched };
  const host = ANSIBLE.exec(text)?.[1];
  if (host !== undefined) return { host, ...(/=> ?\{$/.test(text) && { opens: true as const }) };
  const title = OF_ENGINE.test(line) ? undefined : titleIn(line, undecorated(line));
  const call = decorated(line) ?? (title === undefined ? undefined : callOfName(title));
  if (call === undefined) return title === undefined ? undefined : { title };
  return { call, ...(title === undefined ? {} : { title }) };
}
