import { absentSetting } from '../../parsers/sysctl.js';
import type { Recogniser } from '../piece.js';

const SETTING = /^(?:net|kernel|fs|vm|dev|user|abi|debug|sunrpc|crypto)[./][\w./@:-]+ ?= ?/;
const SYSCTL_MESSAGE = /^(?:sysctl|error): /;

/** `sysctl -a`, `sysctl NAME…`. */
export const SYSCTL: Recogniser = {
  name: 'sysctl',
  begins: (line) => SETTING.test(line) || absentSetting(line) !== undefined,
  goesOn: (line) => SETTING.test(line) || SYSCTL_MESSAGE.test(line),
  printedBy: ({ program, args }) => program === 'sysctl' && !args.some((word) => word === '-w' || word === '-p'),
  place: (lines, call) => {
    const all = call === undefined ? lines.length >= 100 : call.args.some((word) => /^-[A-Za-z]*[aAX]|^--all$/.test(word));
    const values = lines.some((line) => SETTING.test(line) || absentSetting(line) !== undefined);
    if (lines.length > 0 && !values) return 'values without their names: `sysctl -a` shows both';
    const lacks = all ? [] : [{ why: 'it shows the settings that were asked for alone', what: 'settings' as const }];
    return { folder: 'netns', name: 'sysctl.txt', variant: all ? '' : (lines[0] ?? ''), rank: all ? 1 : 0, lacks };
  },
};

/** `cat /etc/resolv.conf`. */
export const RESOLV_CONF: Recogniser = {
  name: 'resolv.conf',
  begins: (line) => /^nameserver \S+/.test(line),
  goesOn: (line) => /^(?:nameserver|search|options|domain|sortlist|#|;)/.test(line),
  printedBy: ({ program, args }) => program === 'cat' && args.length === 1 && /(?:^|\/)resolv\.conf$/.test(args[0] ?? ''),
  place: () => ({ folder: 'netns', name: 'resolv.conf', variant: '', rank: 0 }),
};

const PS_HEAD = /^\s*(?:USER\s+PID|UID\s+PID|PID)\s.*(?:COMMAND|CMD)\s*$/;

/** `ps aux`. */
export const PS: Recogniser = {
  name: 'ps',
  begins: (line) => PS_HEAD.test(line),
  goesOn: (line) => /^\s*\S+\s+\d+\s/.test(line) || /^\s*\d+\s+\S/.test(line),
  printedBy: ({ program }) => program === 'ps',
  place: () => ({ folder: 'netns', name: 'ps.txt', variant: '', rank: 0 }),
};
