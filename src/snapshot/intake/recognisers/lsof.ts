import type { Recogniser } from '../piece.js';

const HEAD = /^COMMAND\s+PID\s+(?:TID\s+(?:TASKCMD\s+)?)?USER\s+FD\s+TYPE\b/;
const SOCKET = /^(\S+)\s+(\d+)\s+(\S+)\s+\d+[urw]\S*\s+(IPv[46])\s+\S+\s+\S+\s+(TCP|UDP)\s+(\S+)(?:\s+\((\w+)\))?\s*$/;

/** A socket that waits, as `netstat -lnp` prints it; `localhost` of IPv6 is `::1`. */
function asNetstat(line: string): string {
  const found = SOCKET.exec(line.trim());
  if (found === null) return HEAD.test(line) ? 'Proto Recv-Q Send-Q Local Address Foreign Address State' : line;
  const [, program = '', pid = '', , family, kind, name = '', state] = found;
  const [proto, six] = [kind === 'TCP' ? 'tcp' : 'udp', family === 'IPv6'];
  if (name.includes('->') || (proto === 'tcp' && state !== 'LISTEN')) return '';
  const at = name.lastIndexOf(':');
  const host = name.slice(0, at).replace(/^\[(.*)\]$/, '$1');
  const here = host === '*' ? (six ? '::' : '0.0.0.0') : host === 'localhost' ? (six ? '::1' : '127.0.0.1') : host;
  return `${proto}${six ? 6 : ''} 0 0 ${here}:${name.slice(at + 1)} ${six ? ':::*' : '0.0.0.0:*'} ${proto === 'tcp' ? 'LISTEN' : ''} ${pid}/${program}`;
}

const WHO = 'lsof shows the sockets of those processes that whoever runs it may look into';

/** `lsof -i`: sockets of other users' processes are there where root's are, for then root ran it. */
export const LSOF: Recogniser = {
  name: 'lsof',
  begins: (line) => HEAD.test(line),
  goesOn: (line) => HEAD.test(line) || SOCKET.test(line.trim()) || /^\S+\s+\d+\s+\S+\s+(?:\d+[urw]|cwd|txt|mem|rtd|DEL)\b/.test(line),
  printedBy: ({ program }) => program === 'lsof',
  place: (lines, call) => {
    const byRoot = lines.some((line) => SOCKET.exec(line.trim())?.[3] === 'root');
    const narrowed = call?.args.find((word) => /^-i.+|^-[pucgd]|^[:@\d]|^-a$/.test(word));
    const why = narrowed === undefined ? WHO : 'lsof shows the sockets that were asked for alone';
    const part = !byRoot || narrowed !== undefined || call === undefined;
    const lacks = part ? (['tcp', 'udp'] as const).map((what) => ({ why, what })) : [];
    return { folder: 'netns', name: 'netstat.txt', variant: '', rank: -1, lacks, as: asNetstat };
  },
};
