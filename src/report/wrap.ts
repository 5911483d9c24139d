/** What a terminal does not show: the sequences of colours. */
const COLOUR = /\u001b\[[\d;]*m/g;

/** @returns how many columns a text takes, colours aside. */
export function columnsOf(text: string): number {
  return [...text.replace(COLOUR, '')].length;
}

/**
 * Breaks a line between words. A word that is longer than the line stays whole, for people copy it; a colour that spans a break goes on.
 * @param width the most columns; Infinity: no break.
 * @param indent what every line but the first begins with.
 */
export function wrap(text: string, width: number, indent = ''): readonly string[] {
  if (columnsOf(text) <= width) return [text];
  const lead = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  for (const word of text.slice(lead.length).split(' ')) {
    if (!isEmpty && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = indent + word;
    } else line = isEmpty ? line + word : `${line} ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** What begins a command, after blanks and a label: such a line is pasted, and stays whole. */
const IS_COMMAND =
  /^\s*(?:[a-z]+: )?(?:dtrace-path|ip6?tables|nft|docker|podman|sysctl|ip (?:-[46j]|addr|link|neigh|netns|route|rule)|ipset|bridge (?:fdb|link|vlan)|ufw|firewall-cmd|systemctl|#)\s/;

/** @returns a text whose lines of prose fit into so many columns; commands stay whole. */
export function fitted(text: string, width: number): string {
  const fit = (line: string): readonly string[] => {
    const indent = `${/^[ │├└─]*/.exec(line)?.[0].replace(/[├└─]/g, ' ') ?? ''}    `;
    return IS_COMMAND.test(line.replace(COLOUR, '')) ? [line] : wrap(line, width, indent);
  };
  return text.split('\n').flatMap(fit).join('\n');
}
