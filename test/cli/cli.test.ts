import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

function run(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', input: '' });
  return { status, stdout, stderr };
}

describe('dtrace-path', () => {
  it.each([
    [['--help'], /^Usage: dtrace-path \[options\] \[command\]/],
    [['trace', '--help'], /^Usage: dtrace-path trace \[options\][\s\S]*Examples:/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('%j ends well', (args, stdout) => {
    expect(run(...args)).toEqual({ status: 0, stdout: expect.stringMatching(stdout), stderr: '' });
  });

  it.each([
    [
      ['--from', 'web'],
      "dtrace-path: say where the packet goes: 'to' is a container, host, internet or an address, with or without :port\n",
    ],
    [['--form', 'web'], "error: unknown option '--form'\n(Did you mean --from?)\n"],
    [['--port', 'http'], "error: option '--port <number>' argument 'http' is invalid. a port is a number from 1 to 65535.\n"],
    [
      ['--format', 'pdf'],
      "error: option '-f, --format <name>' argument 'pdf' is invalid. Allowed choices are text, json, ndjson, md, short, kernel-trace.\n",
    ],
    [['--flows', '-', '--from', 'web'], 'dtrace-path: --from and --flows exclude each other: the file names each flow whole\n'],
  ])('%j is refused with exit code 2', (args, stderr) => {
    expect(run(...args)).toEqual({ status: 2, stdout: '', stderr });
  });

  it('shows a stack only with --debug', () => {
    expect(run('--from', 'web').stderr).not.toContain('    at ');
    expect(run('--from', 'web', '--debug').stderr).toContain('    at ');
  });
});
