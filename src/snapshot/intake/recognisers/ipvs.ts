import type { Recogniser } from '../piece.js';

const HEAD = /^(?:IP Virtual Server version |Prot LocalAddress:Port|\s*-> RemoteAddress:Port)/;
const SERVICE = /^(TCP|UDP|SCTP|FWM)\s+(\S+)\s+(\w+)/;
const SERVER = /^\s+->\s+(\S+)\s+(Masq|Route|Tunnel|Local)\b/;
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['TCP', '-t'],
  ['UDP', '-u'],
  ['SCTP', '--sctp-service'],
  ['FWM', '-f'],
]);
const HOW: ReadonlyMap<string, string> = new Map([
  ['Masq', '-m'],
  ['Route', '-g'],
  ['Local', '-g'],
  ['Tunnel', '-i'],
]);

/** Writes lines as `ipvsadm -Sn` prints them: a real server is told of with its virtual one. */
function saved(): (line: string) => string {
  let service = '';
  return (line) => {
    if (HEAD.test(line)) return '';
    const [, kind, at = '', scheduler = ''] = SERVICE.exec(line) ?? [];
    if (kind !== undefined) {
      service = `${OPTIONS.get(kind) ?? ''} ${at}`;
      return `-A ${service} -s ${scheduler}`;
    }
    const [, server, how = ''] = SERVER.exec(line) ?? [];
    return server === undefined ? line : `-a ${service} -r ${server} ${HOW.get(how) ?? ''}`;
  };
}

/** `ipvsadm -Ln`. */
export const IPVS_LIST: Recogniser = {
  name: 'ipvsadm -Ln',
  begins: (line) => /^IP Virtual Server version /.test(line),
  goesOn: (line) => HEAD.test(line) || SERVICE.test(line) || SERVER.test(line),
  printedBy: ({ program, args }) => program === 'ipvsadm' && !args.some((word) => /^-[a-zA-Z]*S|^--save$/.test(word)),
  place: () => ({ folder: 'netns', name: 'ipvs-save.txt', variant: '', rank: 0, as: saved() }),
};

const SAVED = /^-[Aa] (?:-[tuf]|--sctp-service) \S+ /;

/** `ipvsadm -Sn`. */
export const IPVS_SAVE: Recogniser = {
  name: 'ipvsadm -Sn',
  begins: (line) => SAVED.test(line),
  goesOn: (line) => SAVED.test(line),
  printedBy: ({ program, args }) => program === 'ipvsadm' && args.some((word) => /^-[a-zA-Z]*S|^--save$/.test(word)),
  place: () => ({ folder: 'netns', name: 'ipvs-save.txt', variant: '', rank: 1 }),
};
