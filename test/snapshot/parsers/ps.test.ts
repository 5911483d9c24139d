import { expect, test } from 'vitest';
import { parsePs } from '../../../src/snapshot/parsers/ps.js';

const PROCESSES: readonly (readonly [what: string, text: string, users: readonly (string | undefined)[]])[] = [
  [
    'ps -ef',
    'UID          PID    PPID  C STIME TTY          TIME CMD\nroot           1       0  0 00:00 ?        00:00:03 /sbin/init\n',
    ['root'],
  ],
  [
    'ps aux',
    'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nsystemd+       7  0.0  0.1  90872  6000 ?        Ssl  00:00   0:00 /lib/x y\n',
    ['systemd+'],
  ],
  ['ps of busybox', 'PID   USER     TIME  COMMAND\n    1 1000      0:00 nginx: master\n', ['1000']],
  ['ps', '    PID TTY          TIME CMD\n    842 pts/0    00:00:00 bash\n', [undefined]],
  ['without a head', '    842 pts/0    00:00 0 bash\n', [undefined]],
];

test.each(PROCESSES)('%s: the user where a column shows it', (_, text, users) => {
  const { data, problems } = parsePs(text, 'ps.txt');
  expect(problems).toEqual([]);
  expect(data.map(({ user }) => user)).toEqual(users);
});
