/** @returns the command that a command line asks for: the default one where it begins with an option other than that for help. */
export function commandOf([first = '']: readonly string[]): string {
  return first.startsWith('-') && first !== '-h' && first !== '--help' ? 'trace' : first;
}
