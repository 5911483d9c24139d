import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Programs that read what is printed, and say what is wrong with it. */
const JUDGES = {
  junit: ['xmllint', '--noout', '--schema', fileURLToPath(new URL('junit.xsd', import.meta.url)), '-'],
  prom: ['promtool', 'check', 'metrics'],
} as const;

const isThere = new Map(
  Object.entries(JUDGES).map(([format, [program]]) => [format, spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined]),
);

/** @returns whether the program that judges a format is on this machine. */
export function hasJudge(format: keyof typeof JUDGES): boolean {
  return isThere.get(format) === true;
}

/** @returns what the program says against a report; '' where it has nothing to say. */
export function judged(format: keyof typeof JUDGES, text: string): string {
  const [program, ...words] = JUDGES[format];
  const { status, stdout, stderr } = spawnSync(program, words, { input: text, encoding: 'utf8' });
  return status === 0 && /^(?:- validates\n)?$/.test(stderr) ? '' : `${stdout}${stderr}`;
}
