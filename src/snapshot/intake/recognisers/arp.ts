import type { Recogniser } from '../piece.js';

const HEAD = /^(?:Address\s+HWtype\s+HWaddress\s|IP address\s+HW type\s+Flags\s)/;
const MAC = String.raw`[0-9a-f]{2}(?::[0-9a-f]{2}){5}`;
const IP = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
const PROC = new RegExp(String.raw`^(${IP})\s+0x[0-9a-f]+\s+(0x[0-9a-f]+)\s+(${MAC})\s+\S+\s+(\S+)\s*$`, 'i');
const TABLE = new RegExp(String.raw`^(${IP})\s+(?:\S+\s+(${MAC})\s+([CMPA]+)\s+(?:\S+\s+)?|\(incomplete\)\s+)(\S+)\s*$`, 'i');
const BSD = new RegExp(
  String.raw`^\S+ \((${IP})\) at (?:(${MAC}) \[\w+\]|<incomplete>)((?: PERM| PUB)*)(?: netmask \S+)? on (\S+)\s*$`,
  'i',
);
/** Flags of an entry (if_arp.h). */
const [COMPLETE, PERMANENT] = [0x2, 0x4];

/** An entry as `ip neigh` prints it. */
function asNeigh(line: string): string {
  const [, ip, flagText = '', mac, dev] = PROC.exec(line) ?? [];
  if (ip !== undefined) {
    const flags = Number(flagText);
    if (!(flags & COMPLETE)) return `${ip} dev ${dev ?? ''} FAILED`;
    return `${ip} dev ${dev ?? ''} lladdr ${mac ?? ''} ${flags & PERMANENT ? 'PERMANENT' : 'STALE'}`;
  }
  const [, of, address, flags = '', at = ''] = TABLE.exec(line) ?? BSD.exec(line) ?? [];
  if (of === undefined) return HEAD.test(line) || /^Entries:/.test(line) ? '' : line;
  if (address === undefined) return `${of} dev ${at} FAILED`;
  return `${of} dev ${at} lladdr ${address} ${/M|PERM/.test(flags) ? 'PERMANENT' : 'STALE'}`;
}

/** `arp -n`, `arp -an`, `/proc/net/arp`: IPv4 alone; whether an entry is still good they do not tell, so it counts as stale. */
export const ARP: Recogniser = {
  name: 'arp',
  begins: (line) => HEAD.test(line) || BSD.test(line),
  goesOn: (line) => HEAD.test(line) || PROC.test(line) || TABLE.test(line) || BSD.test(line) || /^Entries:/.test(line),
  printedBy: ({ program, args }) => program === 'arp' || (program === 'cat' && args.some((word) => /\/net\/arp$/.test(word))),
  place: (_, call) =>
    call?.args.some((word) => !word.startsWith('-') && !/\/net\/arp$/.test(word)) === true
      ? `\`${call.text}\` shows some neighbours: \`ip neigh\` shows every one`
      : { folder: 'netns', name: 'ip-neigh.txt', variant: '4', rank: -1, as: asNeigh },
};
