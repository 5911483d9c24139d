import type { SysctlValue } from '../../model/host.js';
import { SYSCTL } from '../../names/index.js';
import { linesOf, ProblemList, unlessRefused, type Line, type Parsed } from './source.js';

/** What no parameter prints but its blanks. */
const CONTROL = /[^\P{Cc}\t]/u;

/**
 * Reads `sysctl -a`. A slash in a name stands for a dot of an interface's name, as sysctl prints it
 * (`net.ipv4.conf.eth0/100.forwarding`). `#` lines and messages about keys one may not read are passed over.
 * @returns values by name.
 */
export function parseSysctl(text: string, file: string): Parsed<ReadonlyMap<string, SysctlValue>> {
  const problems = new ProblemList(file);
  const values = new Map<string, SysctlValue>();
  const read = ({ text: line, number }: Line): void => {
    if (/^\s*[#;]/.test(line) || line.startsWith('sysctl: ')) return;
    const sign = line.indexOf('=');
    const name = line.slice(0, Math.max(sign, 0)).trim().replace(/^-/, '');
    const value = line.slice(sign + 1).trim();
    if (sign <= 0 || !/^[^\s]+$/.test(name)) problems.add(number, line, 'not a line of sysctl: expected name = value');
    else if (CONTROL.test(value))
      problems.add(number, line, 'the value holds a control character: no parameter prints one, it is not read');
    else {
      const dotted = name.startsWith('net/') ? name.replaceAll(/[./]/g, (c) => (c === '/' ? '.' : '/')) : name;
      values.set(problems.name(SYSCTL, dotted, number, line), { value, origin: problems.at(number) });
    }
  };
  for (const line of linesOf(text)) unlessRefused(() => read(line));
  return { data: values, problems: problems.list };
}
