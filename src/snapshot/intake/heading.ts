import { parseCall } from './call.js';
import { callOfName, listingCallIn } from './known-call.js';
import type { Call } from './piece.js';

/** What stands above a listing, other than a prompt. */
export interface Heading {
  readonly call?: Call;
  readonly host?: string;
  /** What is written above listings that is no command: a file's name, "Before:", "server web1". */
  readonly title?: string;
  /** The next line is the heading's text (supportconfig). */
  readonly banner?: true;
}

const BANNER = /^#={2,}\[ .{1,60} \]={2,}#?$/;
const FILE = /^==> (.{1,300}) <==$/;
const ANSIBLE =
  /^([\w.-]+) \| (?:CHANGED|SUCCESS|FAILED!?|UNREACHABLE!?)(?: \| rc=-?\d+ >>| \| \(stdout\)| \| rc=-?\d+ \| \(stdout\)| => ?\{?)/;
/** What people put around a command that they write above its output. */
const DECORATION: ReadonlySet<string> = new Set(' \t-=#*_~+:<>`\'"|•[](){}');
const SENTENCE =
  /(?:outputs?|results?|from|of|run(?:ning)?|command|here is|here's|this is)\b[^`'"]{0,40}[`'"]?((?:sudo )?(?:ip|iptables|ip6tables|nft|docker|ss|netstat|bridge|brctl|sysctl|ifconfig|route|iptables-save|ip6tables-save)(?: [^`'":]{0,60})?)[`'"]?:?$/i;

function undecorated(line: string): string {
  let from = 0;
  let to = line.length;
  while (from < to && DECORATION.has(line[from] ?? '')) from++;
  while (to > from && DECORATION.has(line[to - 1] ?? '')) to--;
  return line.slice(from, to);
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
  const bare = undecorated(line);
  if (bare === '' || bare.length > 120 || MESSAGE.test(bare)) return undefined;
  return listingCallIn(bare) ?? listingCallIn(SENTENCE.exec(line.trim())?.[1] ?? '');
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
  const host = ANSIBLE.exec(text)?.[1];
  if (host !== undefined) return { host };
  const title = OF_ENGINE.test(line) ? undefined : titleIn(line, undecorated(line));
  const call = decorated(line) ?? (title === undefined ? undefined : callOfName(title));
  if (call === undefined) return title === undefined ? undefined : { title };
  return { call, ...(title === undefined ? {} : { title }) };
}
