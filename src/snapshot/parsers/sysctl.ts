import type { SysctlValue } from '../../model/setting.js';
import { SYSCTL } from '../../names/index.js';
import { linesOf, ProblemList, unlessRefused, type Line, type Parsed } from './source.js';

/** What no parameter prints but its blanks. */
const CONTROL = /[^\P{Cc}\t]/u;

/** What was read of settings. */
export interface Settings {
  readonly values: ReadonlyMap<string, SysctlValue>;
  /** Those that the kernel does not have. */
  readonly absent: ReadonlySet<string>;
}

/** As procps-ng, its elders, BusyBox and cat say that there is no such setting (procps-ng src/sysctl.c, busybox sysctl.c). */
const NOT_THERE: readonly RegExp[] = [
  /^(?:sysctl|cat|grep): (?:cannot stat |can't (?:stat|open) )?['"]?\/proc\/sys\/([\w./@:-]+)['"]?: No such file or directory$/,
  /^(?:sysctl: )?error: ['"]([\w./@:-]+)['"] is an unknown key$/,
];

/** @returns the name of a setting that a message says there is not; undefined where a line is no such message. */
export function absentSetting(line: string): string | undefined {
  const name = NOT_THERE.map((message) => message.exec(line.trim())?.[1]).find((one) => one !== undefined);
  return name === undefined ? undefined : dottedName(name);
}

function dottedName(name: string): string {
  return name.startsWith('net/') ? name.replaceAll(/[./]/g, (c) => (c === '/' ? '.' : '/')) : name;
}

/** Settings of an interface that `sysctl -a` prints are many; whoever asks for some by name asks for few. */
const FEWEST = 5;

/** Whether the listing is of all settings: it has those that every kernel has, for all, by default and for lo. */
function isWhole(values: ReadonlyMap<string, unknown>): boolean {
  const counts = new Map<string, number>();
  for (const name of values.keys()) {
    const of = /^net\.ipv4\.conf\.(all|default|lo)\./.exec(name)?.[1];
    if (of !== undefined) counts.set(of, (counts.get(of) ?? 0) + 1);
  }
  return values.has('net.ipv4.ip_forward') && ['all', 'default', 'lo'].every((of) => (counts.get(of) ?? 0) >= FEWEST);
}

/**
 * Reads `sysctl -a`. A slash in a name stands for a dot of an interface's name, as sysctl prints it
 * (`net.ipv4.conf.eth0/100.forwarding`). `#` lines and messages about keys one may not read are passed over.
 * @returns values by name, and the settings that there are not.
 */
export function parseSysctl(text: string, file: string): Parsed<Settings> {
  const problems = new ProblemList(file);
  const values = new Map<string, SysctlValue>();
  const absent = new Set<string>();
  const read = ({ text: line, number }: Line): void => {
    const none = absentSetting(line);
    if (none !== undefined) absent.add(problems.name(SYSCTL, none, number, line));
    if (none !== undefined || /^\s*[#;]/.test(line) || line.startsWith('sysctl: ')) return;
    const sign = line.indexOf('=');
    const name = line.slice(0, Math.max(sign, 0)).trim().replace(/^-/, '');
    const value = line.slice(sign + 1).trim();
    if (sign <= 0 || /\s/.test(name) || !/[./]/.test(name)) problems.add(number, line, 'not a line of sysctl: expected name = value');
    else if (CONTROL.test(value))
      problems.add(number, line, 'the value holds a control character: no parameter prints one, it is not read');
    else {
      values.set(problems.name(SYSCTL, dottedName(name), number, line), { value, origin: problems.at(number) });
    }
  };
  for (const line of linesOf(text)) unlessRefused(() => read(line));
  return isWhole(values)
    ? { data: { values, absent }, problems: problems.list }
    : {
        data: { values, absent },
        problems: problems.list,
        leavesOut: [{ why: 'it shows some settings only: of any other nothing is known', what: ['settings'] }],
      };
}
