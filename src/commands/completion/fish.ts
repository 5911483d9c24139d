import type { CommandNode, OptionNode, CompletedValue } from './tree.js';

const quoted = (text: string): string => `'${text.replace(/['\\]/g, (char) => `\\${char}`)}'`;

/** fish knows the words before the cursor, and the one at it. */
const ASK = '(dtrace-path complete-words (commandline -opc)[2..] (commandline -ct) 2> /dev/null)';

function takes(value: CompletedValue): string {
  switch (value.kind) {
    case 'none':
      return ' -f';
    case 'words':
      return ` -x -a ${quoted(value.words.join(' '))}`;
    case 'asked':
      return ` -x -a ${quoted(ASK)}`;
    case 'file':
      return ' -r -F';
    case 'free':
      return ' -x';
  }
}

function line(program: string, when: string, { short, long, description, value }: OptionNode): string {
  const name = `${long === undefined ? '' : ` -l ${long.slice(2)}`}${short === undefined ? '' : ` -s ${short.slice(1)}`}`;
  return `complete -c ${program} -n ${quoted(when)}${name}${takes(value)} -d ${quoted(description)}`;
}

/** @returns a completion script for fish. @param fallback the command that is meant where none is named. */
export function fishCompletion(program: string, commands: readonly CommandNode[], fallback: string): string {
  const seen = (name: string): string => `__fish_seen_subcommand_from ${name}`;
  const lines = commands.flatMap(({ name, description, options, arguments: value }) => {
    const others = commands.map((one) => one.name).filter((one) => one !== fallback);
    const when = name === fallback ? `not ${seen(others.join(' '))}` : seen(name);
    const words = value.kind === 'words' ? [`complete -c ${program} -n ${quoted(seen(name))} -f -a ${quoted(value.words.join(' '))}`] : [];
    const asked = value.kind === 'asked' ? [`complete -c ${program} -n ${quoted(when)} -a ${quoted(ASK)}`] : [];
    const files =
      value.kind === 'file' || (value.kind === 'asked' && value.files) ? [`complete -c ${program} -n ${quoted(seen(name))} -F`] : [];
    return [
      `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
      ...options.map((option) => line(program, when, option)),
      ...words,
      ...asked,
      ...files,
    ];
  });
  return `# fish completion for ${program}:  ${program} completion fish > ~/.config/fish/completions/${program}.fish\ncomplete -c ${program} -f\ncomplete -c ${program} -n __fish_use_subcommand -F\n${lines.join('\n')}\n`;
}
