import type { Call, Placing, Recogniser } from '../piece.js';

/** Text that tells of packets: what it looks like, and who prints it. */
interface Kind {
  readonly name: string;
  readonly printedBy: (call: Call) => boolean;
  readonly begins: RegExp;
  readonly goesOn: RegExp;
}

const KINDS: readonly Kind[] = [
  {
    name: "the kernel's log",
    printedBy: ({ program, args }) => program === 'journalctl' || (program === 'dmesg' && args.length > 0),
    begins: /\bIN=\S{0,15} OUT=\S{0,15} .{0,300}\bSRC=|\bmartian source \S{1,45} from /,
    goesOn: /\bIN=\S{0,15} OUT=\S{0,15} |\bmartian source |\bll header: /,
  },
  {
    name: 'conntrack -L',
    printedBy: ({ program, args }) =>
      (program === 'conntrack' && args.some((word) => /^(?:-[LE]|--dump|--event)/.test(word))) ||
      (program === 'cat' && args.some((word) => /\/nf_conntrack$/.test(word))),
    begins: /^(?:\[[A-Z]+\]\s+)?(?:ipv[46]\s+\d+\s+)?(?:tcp|udp|icmp|icmpv6|sctp)\s+\d+\s+\d+\s(?:[A-Z_]+\s)?src=/,
    goesOn: /\bsrc=\S{1,45} dst=\S|^conntrack v\d/,
  },
  {
    name: 'tcpdump',
    printedBy: ({ program }) => program === 'tcpdump' || program === 'tshark',
    begins: /^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{6} (?:\S+ +(?:In|Out|[BMP]) +)?(?:(?:In|Out|[BMP]) +)?(?:[0-9a-f:]{17} |IP6?|ARP)/,
    goesOn: /^(?:tcpdump: |listening on |\d+ packets? |\^C|(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{6} )|^\s+\S/,
  },
  {
    name: 'a trace of netfilter',
    printedBy: ({ program, args }) => program === 'xtables-monitor' || (program === 'nft' && args.includes('monitor')),
    begins: /^(?:PACKET|TRACE): \d|^trace id [0-9a-f]+ /,
    goesOn: /^\s*(?:PACKET|TRACE|EVENT): |^trace id |^\s+\S/,
  },
];

/** The interface that a call of tcpdump names: its head may not have been copied. */
function headOf(call: Call | undefined): Pick<Placing, 'head'> {
  const args = call?.program === 'tcpdump' ? call.args : [];
  const at = args.findIndex((word) => /^-[a-z]*i$/i.test(word));
  const dev = at < 0 ? undefined : args[at + 1];
  return dev === undefined ? {} : { head: `listening on ${dev},` };
}

const recogniser = ({ name, printedBy, begins, goesOn }: Kind): Recogniser => ({
  name,
  linesAlone: true,
  printedBy,
  begins: (line) => begins.test(line),
  goesOn: (line) => goesOn.test(line),
  // each taking adds to the others: what was seen at one time or place is not gone at another
  place: (lines, call) => ({
    folder: 'netns',
    name: 'testimony.txt',
    variant: `${name} ${call?.text ?? ''} ${lines.join('\n')}`,
    rank: 0,
    ...headOf(call),
  }),
});

/** What tells of packets that were there, and nothing of the host's state. */
export const TESTIMONY: readonly Recogniser[] = KINDS.map(recogniser);
