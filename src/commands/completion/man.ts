import type { CommandNode } from './tree.js';

/** Text that groff and mandoc print as it is. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replaceAll('…', '...')
    .replaceAll('→', '\\(->');
}

function section({ name, usage, description, options, epilog }: CommandNode): string {
  const listed = options.map((option) => `.TP\n.B ${roff(option.flags)}\n${roff(option.description)}`);
  const rest = epilog === '' ? [] : ['.PP', '.nf', roff(epilog.replace(/\n\s*\n/g, '\n.PP\n')).replaceAll('\n\\&.PP\n', '\n.sp\n'), '.fi'];
  return [`.SS ${roff(name)} ${roff(usage)}`, roff(description) + '.', ...listed, ...rest].join('\n');
}

/**
 * @param release the program's version and its date, which is not the clock's: the page of a version is the same whenever it is made.
 * @returns the manual page, section 1, in the man macros.
 */
export function manualPage(
  program: string,
  { version, date }: { readonly version: string; readonly date: string },
  summary: string,
  commands: readonly CommandNode[],
): string {
  return `.TH ${program.toUpperCase().replaceAll('-', '\\-')} 1 "${date}" "${program} ${version}" "User Commands"
.SH NAME
${roff(program)} \\- the path of a packet through a Docker host
.SH SYNOPSIS
.B ${roff(program)}
.RI [ command ]
.RI [ options ]
.SH DESCRIPTION
${roff(summary)}
Without a command it traces.
.SH COMMANDS
${commands.map(section).join('\n')}
.SH EXIT STATUS
.TP
.B 0
The question was answered, whatever the answer is.
.TP
.B 1
A finding, an assertion or a comparison that was to be told so; or a capture that is damaged.
.TP
.B 2
Options or input cannot be read.
.SH ENVIRONMENT
.TP
.B NO_COLOR
No colours.
.TP
.B FORCE_COLOR
Colours also where the output is no terminal.
.SH SEE ALSO
.BR iptables\\-save (8),
.BR ip (8),
.BR nft (8),
.BR tcpdump (8)
`;
}
