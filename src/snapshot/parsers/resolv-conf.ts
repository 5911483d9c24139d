import { parseIp } from '../../address/ip.js';
import type { Resolver } from '../../model/host.js';
import { linesOf, ProblemList, wordsOf, type Parsed } from './source.js';

const IDLE: ReadonlySet<string> = new Set(['domain', 'search', 'options', 'sortlist']);

/** Reads resolv.conf(5): the name servers a namespace's programs ask. */
export function parseResolvConf(text: string, file: string): Parsed<readonly Resolver[]> {
  const problems = new ProblemList(file);
  const servers: Resolver[] = [];
  for (const { text: line, number } of linesOf(text)) {
    const [word = '', value = ''] = wordsOf(line);
    const ip = parseIp(value);
    if (/^[#;]/.test(word) || IDLE.has(word)) continue;
    if (word === 'nameserver' && ip !== undefined) servers.push({ ip, origin: problems.at(number) });
    else problems.add(number, line, 'not a line of resolv.conf');
  }
  return { data: servers, problems: problems.list };
}
