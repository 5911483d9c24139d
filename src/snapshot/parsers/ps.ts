import { parseIp } from '../../address/ip.js';
import type { RunningProcess } from '../../model/host.js';
import { linesOf, ProblemList, wordsOf, type Parsed } from './source.js';

/** Where the columns of a process list stand, by its head line. */
interface Columns {
  readonly pid: number;
  readonly command: number;
  readonly user?: number;
}

const PLAIN: Columns = { pid: 0, command: 4 };

function columnsOf(head: readonly string[]): Columns | undefined {
  const pid = head.indexOf('PID');
  const command = head.findIndex((word) => /^(?:CMD|COMMAND)$/.test(word));
  const user = head.findIndex((word) => /^(?:UID|USER|EUID|EUSER)$/.test(word));
  return pid < 0 || command < 0 ? undefined : { pid, command, ...(user >= 0 && user < command && { user }) };
}

/** Reads `ps -ef`, `ps aux`, `ps` of busybox and the like: a head line that names PID and CMD or COMMAND, then processes. */
export function parsePs(text: string, file: string): Parsed<readonly RunningProcess[]> {
  const problems = new ProblemList(file);
  const processes: RunningProcess[] = [];
  let columns = PLAIN;
  for (const { text: line, number } of linesOf(text)) {
    const words = wordsOf(line);
    const head = columnsOf(words);
    if (head !== undefined) {
      columns = head;
      continue;
    }
    const pid = words[columns.pid] ?? '';
    const user = columns.user === undefined ? undefined : words[columns.user];
    if (/^\d{1,10}$/.test(pid) && words.length > columns.command)
      processes.push({
        ...{ pid: Number(pid), command: words.slice(columns.command), origin: problems.at(number) },
        ...(user !== undefined && { user }),
      });
    else problems.add(number, line, 'not a line of ps');
  }
  return { data: processes, problems: problems.list };
}

/** What docker-proxy's command line says it does. */
export interface ProxyCommand {
  readonly proto: string;
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerIp: string;
  readonly containerPort: number;
}

/** @returns the port that a docker-proxy process stands for (cmd/docker-proxy of Moby); undefined for other processes. */
export function proxyCommand(command: readonly string[]): ProxyCommand | undefined {
  if (!/(?:^|\/)docker-proxy$/.test(command[0] ?? '')) return undefined;
  const value = (flag: string): string => command[command.indexOf(flag) + 1] ?? '';
  const [hostPort, containerPort] = [Number(value('-host-port')), Number(value('-container-port'))];
  const containerIp = value('-container-ip');
  if (parseIp(containerIp) === undefined || !(hostPort > 0) || !(containerPort > 0)) return undefined;
  return { proto: value('-proto'), hostIp: value('-host-ip'), hostPort, containerIp, containerPort };
}
