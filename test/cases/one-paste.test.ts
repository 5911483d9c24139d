import { readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { createMachine } from '../../src/datapath/machine/machine.js';
import { traceFlow } from '../../src/datapath/trace/trace.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';
import { LOOSE_FILES } from '../../src/snapshot/loose.js';
import { answers, CASES, FOLDER, type Case } from './asked.js';

/** What may stand above a listing in a paste: its command, or its file's name, or nothing. */
const HEADINGS: Readonly<Record<string, (file: string, command: string) => string>> = {
  'a prompt': (_, command) => `ops@lab:~$ sudo ${command}\n`,
  'a bare prompt': (_, command) => `# ${command}\n`,
  'names of files': (file) => `==> ${file} <==\n`,
  'names of files as headings': (file) => `### ${file}\n\n`,
  'names with a colon': (file) => `${file}:\n`,
  fences: (file) => `\`${file}\`\n\`\`\`\n`,
};

const commandOf = (option: string, file: string): string => {
  if (option === 'iptables-save' && /-S[.-]/.test(file)) return 'iptables -S';
  if (option === 'iptables-save' && file.includes('t-nat')) return 'iptables-save -t nat';
  if (option === 'iptables-list' && file.includes('DOCKER-USER')) return 'iptables -L DOCKER-USER';
  if (option === 'iptables-list' && file.includes('L-n-v.txt') && file.startsWith('iptables')) return 'iptables -L -n -v';
  if (option === 'ip-addr' && file === 'ip-4-addr.txt') return 'ip -4 addr';
  if (option === 'ip-route' && file.endsWith('main.txt')) return 'ip route';
  if (option === 'nft') return file.includes('table') ? 'nft list table inet firewalld' : 'nft list ruleset';
  if (option === 'sysctl') return 'sysctl net.ipv4.ip_forward';
  if (option === 'ip-route') return 'ip route';
  return (LOOSE_FILES.get(option)?.printedBy ?? option).replace(/ ?\[[^\]]*\]/g, '');
};

function pasteOf({ of, files }: Case, head: (file: string, command: string) => string): string {
  return Object.entries(files)
    .map(([option, file]) => {
      const text = readFileSync(`${FOLDER}${of}/${file}`, 'utf8');
      const heading = head(file.slice(file.lastIndexOf('/') + 1), commandOf(option, file));
      return `${heading}${text}${text.endsWith('\n') ? '' : '\n'}${heading.includes('```') ? '```\n' : ''}\n`;
    })
    .join('');
}

describe.each(Object.entries(HEADINGS))('one paste, told apart by %s', (_kind, head) => {
  test.each(CASES.map((one, i) => [`${i} ${one.of}: ${Object.values(one.files).join(' ')}`, one] as const))('%s', (_name, one) => {
    const { files } = takeIn([{ path: 'paste.txt', text: pasteOf(one, head) }], 'paste.txt');
    answers(traceFlow(createMachine(loadFiles(files)), one.asked), one);
  });
});
