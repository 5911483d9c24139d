import type { SysctlValue } from '../../model/host.js';
import { linesOf, ProblemList, type Parsed } from './source.js';

/**
 * Reads `sysctl -a`. A slash in a name stands for a dot of an interface's name, as sysctl prints it
 * (`net.ipv4.conf.eth0/100.forwarding`). `#` lines and messages about keys one may not read are passed over.
 * @returns values by name.
 */
export function parseSysctl(text: string, file: string): Parsed<ReadonlyMap<string, SysctlValue>> {
  const problems = new ProblemList(file);
  const values = new Map<string, SysctlValue>();
  for (const { text: line, number } of linesOf(text)) {
    if (/^\s*[#;]/.test(line) || line.startsWith('sysctl: ')) continue;
    const sign = line.indexOf('=');
    const name = line.slice(0, Math.max(sign, 0)).trim().replace(/^-/, '');
    if (sign <= 0 || !/^[^\s]+$/.test(name)) problems.add(number, line, 'not a line of sysctl: expected name = value');
    else
      values.set(name.startsWith('net/') ? name.replaceAll(/[./]/g, (c) => (c === '/' ? '.' : '/')) : name, {
        value: line.slice(sign + 1).trim(),
        origin: problems.at(number),
      });
  }
  return { data: values, problems: problems.list };
}
