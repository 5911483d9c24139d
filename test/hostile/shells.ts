import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { printCommand } from '../../src/command/index.js';
import { leftItsPlace } from './left-its-place.js';
import type { Printed } from './printed/index.js';
import type { Command } from '../../src/model/command.js';

const PROGRAMS = ['iptables', 'ip6tables', 'docker', 'ip', 'nft', 'tcpdump', 'sysctl', 'modprobe', 'nsenter', 'systemctl', 'dtrace-path'];
/** What the stub of docker prints in place of a container's process. */
const PID = '4242';

/** Writes programs that record what they are given, byte for byte, and do nothing else. */
function stubs(folder: string): void {
  const script = `#!/bin/sh\n{ printf '%s\\0' "\${0##*/}" "$@"; printf '\\n'; } >>"$RECORD"\n[ "\${0##*/} \${1-}" != 'docker inspect' ] || echo ${PID}\n`;
  for (const name of PROGRAMS) {
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }
}

/** What the stubs record of a command: what it asks first, then itself. */
function expected({ words }: Command): readonly string[] {
  const line = (argv: readonly string[]): string => argv.map((word) => `${word}\0`).join('');
  const inner = words.flatMap((word) => (typeof word === 'string' ? [] : [line(word.output)]));
  return [...inner, line(words.map((word) => (typeof word === 'string' ? word : PID)))];
}

function isRun(command: Command): boolean {
  return command.words.length > 0 && !printCommand(command).startsWith('#');
}

/**
 * Pastes commands into a shell.
 * @returns what the programs were given, what they should have been, and the names of what appeared in the folder.
 */
export function pasted(
  shell: string,
  commands: readonly Command[],
): { given: readonly string[]; wanted: readonly string[]; left: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-paste-'));
  const [bin, here, record] = [join(folder, 'bin'), join(folder, 'here'), join(folder, 'record')];
  mkdirSync(bin);
  mkdirSync(here);
  stubs(bin);
  writeFileSync(record, '');
  try {
    const lines = commands.map(printCommand);
    spawnSync(shell, ['-s'], {
      cwd: here,
      input: `${lines.join('\n')}\n`,
      env: { PATH: [bin].join(delimiter), RECORD: record, HOME: here },
    });
    const given = readFileSync(record, 'utf8').split('\n').slice(0, -1);
    return { given, wanted: commands.filter(isRun).flatMap(expected), left: readdirSync(here) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns what left its place in the texts, and what a shell would do beside the words of the commands: nothing, where all is well. */
export function faultsOf({ texts, commands }: Printed, shells: readonly string[]): readonly string[] {
  const active = [...texts].flatMap(([what, text]) => leftItsPlace(what.split(' ')[1] ?? '', text).map((fault) => `${what}: ${fault}`));
  const unlike = [...new Map(commands.map((one) => [printCommand(one), one])).values()];
  const lines = unlike.map(printCommand).filter((line) => /[\u0000-\u001f\u007f-\u009f]/.test(line));
  const ran = shells.flatMap((shell) => {
    const { given, wanted, left } = pasted(shell, unlike);
    const at = wanted.findIndex((line, i) => line !== given[i]);
    const other = at >= 0 ? [`${shell} gave ${JSON.stringify(given[at])} for ${JSON.stringify(wanted[at])}`] : [];
    return [
      ...other,
      ...(given.length > wanted.length ? [`${shell} ran more than was printed`] : []),
      ...left.map((name) => `${shell} made ${name}`),
    ];
  });
  return [...active, ...lines.map((line) => `a control character in ${JSON.stringify(line)}`), ...ran];
}
