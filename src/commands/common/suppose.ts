import type { Supposed } from '../../change/index.js';
import type { Host } from '../../model/host.js';
import { printCommand, splitWords } from '../../command/index.js';
import { withoutNamedSecrets, withoutSecretComments } from '../../secrets/index.js';
import { isComposeFile, readComposeFiles, type ComposeFileOptions } from './compose-files.js';
import { inertLine } from './failure.js';

/** Values of `--what-if`, Compose files that stand one behind the other in one list: they are one project. */
function grouped(values: readonly string[]): readonly (string | readonly string[])[] {
  const groups: (string | string[])[] = [];
  for (const value of values) {
    const last = groups.at(-1);
    if (!isComposeFile(value)) groups.push(value);
    else if (Array.isArray(last)) last.push(value);
    else groups.push([value]);
  }
  return groups;
}

/** @returns what an option like `--what-if` supposes: commands, and what Compose files come to. */
export async function readSupposed(values: readonly string[], options: ComposeFileOptions): Promise<readonly Supposed[]> {
  const supposed: Supposed[] = [];
  for (const one of grouped(values)) supposed.push(typeof one === 'string' ? one : await readComposeFiles(one, options));
  return supposed;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * Supposes what an option says; what a person should know besides goes to stderr.
 * @param values those of the option, as commander files them.
 * @returns the host after the commands and the Compose files.
 */
export async function suppose(host: Host, options: Readonly<Record<string, unknown>>, values: unknown = options['whatIf']): Promise<Host> {
  const commands = textsIn(values);
  if (commands.length === 0) return host;
  const supposed = await readSupposed(commands, options);
  const { whatIf } = await import('../../change/index.js');
  return whatIf(host, supposed, ({ origin, message }) =>
    process.stderr.write(`dtrace-path: ${inertLine(`${origin.file}:${origin.line}: ${message}`)}\n`),
  );
}

/** Values of labels may be passwords: of those only Compose's own are handed on. */
function withoutLabels(words: readonly string[]): readonly string[] {
  const isStrange = (at: number): boolean => words[at] === '--label' && words[at + 1]?.startsWith('com.docker.compose.') === false;
  return words.filter((_, i) => !isStrange(i) && !isStrange(i - 1));
}

/** Options of `docker run` that set a variable: without its value they mean the same to a network. */
const VARIABLE = /^(?:-e|--env=)=?([^=]+)=.*$/s;

/** @returns a command as it was typed, without what may be a password: variables of containers keep their names. */
function withoutPasswords(text: string): string {
  const words = splitWords(text);
  if (words?.some((word) => /^(?:docker|podman|nerdctl)$/.test(word)) !== true) return withoutSecretComments(text);
  const plain = words.map((word, i) => {
    const name = VARIABLE.exec(word)?.[1];
    if (name !== undefined) return `--env=${name}`;
    return /^(?:-e|--env)$/.test(words[i - 1] ?? '') ? (word.split('=', 1)[0] ?? '') : word;
  });
  return printCommand({
    words: plain.map((word, i) =>
      /^--[\w-]*(?:pass|password|passwd|token|secret)$/i.test(words[i - 1] ?? '') ? '…' : withoutNamedSecrets(word),
    ),
  });
}

/** @returns what `--what-if` supposes as command lines alone: what Compose files come to on this host is written out. */
export async function supposedCommands(host: Host, options: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const values = textsIn(options['whatIf']);
  if (values.length === 0) return [];
  const { stepsOf, whatIf } = await import('../../change/index.js');
  const lines: string[] = [];
  let sofar = host;
  for (const one of await readSupposed(values, options)) {
    lines.push(
      ...(typeof one === 'string'
        ? [withoutPasswords(one)]
        : stepsOf(sofar, one).map(({ words }) => printCommand({ words: withoutLabels(words) }))),
    );
    sofar = whatIf(sofar, [one]);
  }
  return lines;
}
