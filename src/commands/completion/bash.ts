import type { CommandNode, OptionNode, CompletedValue } from './tree.js';

const names = ({ short, long }: OptionNode): readonly string[] => [short ?? [], long ?? []].flat();

function reply(value: CompletedValue): string {
  switch (value.kind) {
    case 'words':
      return `COMPREPLY=($(compgen -W '${value.words.join(' ')}' -- "$cur"))`;
    case 'file':
      return `COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames`;
    case 'asked':
      return `_dtrace_path_asked${value.files ? '; COMPREPLY+=($(compgen -f -- "$cur")); compopt -o filenames 2> /dev/null' : ''}`;
    case 'free':
    case 'none':
      return 'COMPREPLY=()';
  }
}

function branch({ name, options, arguments: value }: CommandNode): string {
  const valued = options.filter((option) => option.value.kind !== 'none');
  const arms = valued.map((option) => `        ${names(option).join('|')}) ${reply(option.value)}; return ;;`);
  return [
    `    ${name})`,
    '      case "$prev" in',
    ...arms,
    '      esac',
    `      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '${options.flatMap(names).join(' ')}' -- "$cur")); else ${reply(value)}; fi ;;`,
  ].join('\n');
}

/** @returns a completion script for bash. @param fallback the command that is meant where none is named. */
export function bashCompletion(program: string, commands: readonly CommandNode[], fallback: string): string {
  const words = commands.map(({ name }) => name).join(' ');
  return `# bash completion for ${program}:  source <(${program} completion bash)
# Asks the program; it is told the words whole, and bash, which parts words at colons, only what stands behind the last one.
_dtrace_path_asked() {
  local words=() at last prefix
  for ((at = 1; at <= COMP_CWORD; at++)); do
    if [[ \${#words[@]} -gt 0 && ( \${COMP_WORDS[at]} == : || \${COMP_WORDS[at-1]} == : ) ]]; then words[-1]+=\${COMP_WORDS[at]}; else words+=("\${COMP_WORDS[at]}"); fi
  done
  last=\${words[-1]} prefix=
  [[ $last == *:* && $COMP_WORDBREAKS == *:* ]] && prefix=\${last%"\${last##*:}"}
  mapfile -t COMPREPLY < <(${program} complete-words "\${words[@]}" 2> /dev/null)
  COMPREPLY=("\${COMPREPLY[@]#"$prefix"}")
}
_${program.replace(/\W/g, '_')}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  if [[ $COMP_CWORD -eq 1 && $cur != -* ]]; then COMPREPLY=($(compgen -W '${words} help' -- "$cur") $(compgen -f -- "$cur")); compopt -o filenames 2> /dev/null; return; fi
  [[ $command == -* || $COMP_CWORD -eq 1 ]] && command=${fallback}
  case "$command" in
${commands.map(branch).join('\n')}
    help) COMPREPLY=($(compgen -W '${words}' -- "$cur")) ;;
  esac
}
complete -F _${program.replace(/\W/g, '_')} ${program}
`;
}
