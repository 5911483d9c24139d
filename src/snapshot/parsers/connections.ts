import { parseIp } from '../../address/ip.js';
import type { OpenConnection } from '../../model/host.js';
import { portNumber } from './port-number.js';
import { linesOf, ProblemList, wordsOf, type Parsed } from './source.js';

const HEADER = /^(?:Active Internet|Proto\s)/;

function endOf(text: string | undefined): { readonly ip: string; readonly port: number } | undefined {
  const colon = text?.lastIndexOf(':') ?? -1;
  const [ip, port] = [text?.slice(0, colon) ?? '', portNumber(text?.slice(colon + 1) ?? '')];
  return parseIp(ip) === undefined || port === undefined ? undefined : { ip, port };
}

/** Reads `netstat -tunp`: connections that were open when it was taken. */
export function parseConnections(text: string, file: string): Parsed<readonly OpenConnection[]> {
  const problems = new ProblemList(file);
  const connections: OpenConnection[] = [];
  for (const { text: line, number } of linesOf(text)) {
    if (HEADER.test(line)) continue;
    const [proto = '', , , localText, remoteText, state = '', ...owner] = wordsOf(line);
    const [local, remote] = [endOf(localText), endOf(remoteText)];
    if (!/^(?:tcp|udp)6?$/.test(proto) || local === undefined || remote === undefined) {
      problems.add(number, line, 'not a line of netstat -tunp: take it with -n where names stand for numbers');
      continue;
    }
    const process = /^\d+\/(.*)$/.exec(owner.join(' '))?.[1]?.split(':')[0];
    connections.push({
      proto: proto.startsWith('tcp') ? 'tcp' : 'udp',
      local,
      remote,
      state,
      ...(process === undefined ? {} : { process }),
      origin: problems.at(number),
    });
  }
  return { data: connections, problems: problems.list };
}
