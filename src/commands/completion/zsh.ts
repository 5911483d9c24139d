import type { CommandNode, OptionNode, CompletedValue } from './tree.js';

/** Inside single quotes, and inside the brackets of \`_arguments\`. */
const quoted = (text: string): string => text.replaceAll("'", "'\\''");
const described = (text: string): string => quoted(text.replace(/[[\]:\\]/g, (char) => `\\${char}`));

function action(value: CompletedValue): string {
  switch (value.kind) {
    case 'none':
      return '';
    case 'words':
      return `:value:(${value.words.join(' ')})`;
    case 'asked':
      return `:value:${value.files ? '_dtrace_path_asked_or_file' : '_dtrace_path_asked'}`;
    case 'file':
      return ':file:_files';
    case 'free':
      return ':value: ';
  }
}

function specs({ short, long, description, value }: OptionNode): readonly string[] {
  return [short ?? [], long ?? []].flat().map((name) => `'*${name}[${described(description)}]${action(value)}'`);
}

function branch({ name, options, arguments: value }: CommandNode): string {
  const rest =
    value.kind === 'asked'
      ? `'*${action(value)}'`
      : value.kind === 'words'
        ? `'*:argument:(${value.words.join(' ')})'`
        : value.kind === 'file'
          ? "'*:file:_files'"
          : "'*: :'";
  return `    ${name})\n      _arguments -S \\\n        ${[...options.flatMap(specs), rest].join(' \\\n        ')} ;;`;
}

/** @returns a completion script for zsh. @param fallback the command that is meant where none is named. */
export function zshCompletion(program: string, commands: readonly CommandNode[], fallback: string): string {
  const listed = commands.map(({ name, description }) => `    '${name}:${described(description)}'`);
  const id = `_${program.replace(/\W/g, '_')}`;
  return `#compdef ${program}
# zsh completion for ${program}:  ${program} completion zsh > "\${fpath[1]}/_${program}", or source it
_dtrace_path_asked() {
  local -a found
  found=(\${(f)"$(${program} complete-words "\${(@)dtrace_path_line}" 2> /dev/null)"})
  compadd -a found
}
_dtrace_path_asked_or_file() { _dtrace_path_asked; _files; }
${id}() {
  local -a dtrace_path_line=("\${(@)words[2,CURRENT]}")
  local -a dtrace_path_commands=(
${listed.join('\n')}
  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe command dtrace_path_commands
    _files
    return
  fi
  local command=$words[2]
  if [[ $command == -* ]]; then
    command=${fallback}
  else
    shift words
    (( CURRENT-- ))
  fi
  case $command in
${commands.map(branch).join('\n')}
  esac
}
if [[ $funcstack[1] == _${program} ]]; then ${id} "$@"; else compdef ${id} ${program}; fi
`;
}
