import type { Explanation } from '../../model/explanation.js';

/** What stands in the place of answers that only a host's listings give. */
const ALONE = 'Which packets meet it on a host?';
const WITHOUT =
  'no snapshot was given, so the line is explained by itself: with the files of a host it is said where it stands, what comes to it, and whether anything can';
const ELSEWHERE =
  'the line is explained by its own words: given as file:line, as traces and inspect name it, it is said where it stands in the snapshot, what comes to it, and whether anything can';

/** Questions that a line answers by its own words. */
const OWN: ReadonlySet<string> = new Set([
  'What do its words mean?',
  'What does it ask and do?',
  'Where was the packet?',
  'Who dropped it?',
]);

/** What a line of the kernel's log holds (nf_log_syslog.c, dump_ipv4_packet and its callers): all of one of these. */
const LOGGED: readonly (readonly string[])[] = [['IN=', ' OUT='], ['martian source ']];
const RULE = /^(?:sudo )?(?:(ip6?tables)[-\w]* )?(?:-w )?(?:-t (\w+) )?-[AI] (\S+)(?: \d+)?(?= |$)/;
/** Words of nftables that say what becomes of a packet, one of which a rule has. */
const DECIDES: ReadonlySet<string> = new Set(
  'accept drop reject return queue masquerade redirect counter log jump goto dnat snat set notrack'.split(' '),
);
const FIRST = ['filter', 'nat', 'mangle'] as const;
const CHAINS = { filter: /^(?:INPUT|FORWARD|OUTPUT)$/, nat: /^(?:PREROUTING|POSTROUTING)$/, mangle: /^$/ } as const;

/** A listing that holds nothing but the line, and the line's place in it. */
interface Listed {
  readonly file: string;
  readonly text: string;
  readonly line: number;
}

/** @returns whether it is a line that the kernel logged, and none of a rule. */
const isLogged = (what: string): boolean => LOGGED.some((words) => words.every((word) => what.includes(word)));

/** A line as commands are written, with one blank between its words. */
function plain(what: string): string {
  return what.trim().replace(/\s+/g, ' ');
}

/** `iptables -t nat -A PREROUTING …`, `-A FORWARD …`: as iptables-save would print it. */
function listed(what: string): Listed | undefined {
  const text = plain(what);
  const [head = '', program = 'iptables', named, chain = ''] = RULE.exec(text) ?? [];
  if (chain === '') return undefined;
  const rest = text.slice(head.length).trim();
  const nats = / -j (?:DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP)\b/.test(` ${rest}`);
  const table = named ?? (nats ? 'nat' : (FIRST.find((one) => CHAINS[one].test(chain)) ?? 'filter'));
  const own = /^(?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/.test(chain);
  const file = `host/${program}-save.txt`;
  return { file, text: `*${table}\n:${chain} ${own ? 'ACCEPT' : '-'} [0:0]\n-A ${chain} ${rest}\nCOMMIT\n`, line: 3 };
}

/** `tcp dport 22 accept`, `nft add rule inet filter input tcp dport 22 accept`: a rule of nftables has a word that decides, or counts. */
function listedNatively(what: string): Listed | undefined {
  const words = plain(what)
    .replace(/^sudo /, '')
    .split(' ');
  const isCommand = words[0] === 'nft' && /^(?:add|insert)$/.test(words[1] ?? '') && words[2] === 'rule';
  const own = isCommand ? words.slice(6) : words;
  if (own.length < 2 || own[0]?.startsWith('-') === true || /[{};]$/.test(own.at(-1) ?? '')) return undefined;
  if (!own.some((word) => DECIDES.has(word))) return undefined;
  return { file: 'host/nft-ruleset.txt', text: `table inet line {\n\tchain line {\n\t\t${own.join(' ')}\n\t}\n}\n`, line: 3 };
}

/** An explanation with what a line says by itself. */
function alone(told: Explanation, isHostGiven: boolean): Explanation {
  const { format, kind, subject, sections } = told;
  const at = told.summary.indexOf('. For ');
  const head = at < 0 ? told.summary.split('; the snapshot shows no ')[0]! : `A rule${told.summary.slice(at)}`;
  const last = { title: ALONE, lines: [{ text: isHostGiven ? ELSEWHERE : WITHOUT }] };
  return { format, kind, subject, summary: head, sections: [...sections.filter(({ title }) => OWN.has(title)), last] };
}

/**
 * Explains a line by itself: a rule of iptables or of nftables, or what the kernel's log tells of a packet.
 * @param isHostGiven whether there is a snapshot, which does not hold it.
 * @returns nothing where the text is no such line, or is not understood.
 */
export async function explainLine(what: string, isHostGiven: boolean): Promise<readonly Explanation[]> {
  const logged = isLogged(what);
  const line = logged ? undefined : (listed(what) ?? listedNatively(what));
  if (line === undefined && !logged) return [];
  const [{ loadFiles }, { createMachine }, { explain, NothingToExplain }] = await Promise.all([
    import('../../snapshot/index.js'),
    import('../../datapath/index.js'),
    import('../../explain/index.js'),
  ]);
  const meta = ['meta.json', '{"format":"dtrace-path-snapshot/1"}'] as const;
  const machine = createMachine(loadFiles(new Map([meta, ...(line === undefined ? [] : [[line.file, line.text] as const])])));
  try {
    return explain(machine, line === undefined ? what : `${line.file}:${line.line}`).map((told) =>
      alone(line === undefined ? told : { ...told, sections: told.sections.map(withoutOrigins) }, isHostGiven),
    );
  } catch (error) {
    if (error instanceof NothingToExplain) return [];
    throw error;
  }
}

/** The listing was made up for the line: nobody finds it. */
function withoutOrigins<S extends Explanation['sections'][number]>(section: S): S {
  return { ...section, lines: section.lines.map(({ text }) => ({ text })) };
}
