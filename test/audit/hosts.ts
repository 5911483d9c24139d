import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseRule } from '../../src/audit/rules/load.js';
import { orderRules } from '../../src/audit/rules/order.js';
import type { AuditRule } from '../../src/audit/rules/rule.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { loadFiles } from '../../src/snapshot/load.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A snapshot in memory: path to text. */
export type Files = Map<string, string>;

export function recorded(name: string): Files {
  const folder = join(ROOT, 'fixtures/hosts', name);
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    names.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const shown = path.slice(folder.length + 1);
      return shown === 'truth.json' ? [] : [[shown, readFileSync(path, 'utf8')] as const];
    }),
  );
}

export function machineOf(files: Files): Machine {
  return createMachine(loadFiles(files));
}

/** Changes one file; it must be there unless `text` makes it. */
export function edit(file: string, change: (text: string) => string): (files: Files) => void {
  return (files) => {
    const before = files.get(file) ?? '';
    const after = change(before);
    if (after === before) throw new Error(`the change of ${file} changed nothing`);
    files.set(file, after);
  };
}

/** Puts lines at the end of a listing. */
export function append(file: string, ...lines: readonly string[]): (files: Files) => void {
  return edit(file, (text) => `${text.replace(/\n?$/, '\n')}${lines.join('\n')}\n`);
}

/** Puts a rule behind the last of its chain, or where it stands in an empty one. */
export function rule(table: string, line: string, file = 'host/iptables-save.txt'): (files: Files) => void {
  return edit(file, (text) => {
    const start = text.indexOf(`*${table}\n`);
    const end = text.indexOf('COMMIT', start);
    if (start < 0) return `${text}*${table}\n${line}\nCOMMIT\n`;
    return `${text.slice(0, end)}${line}\n${text.slice(end)}`;
  });
}

interface Inspected {
  Name: string;
  HostConfig: Record<string, unknown>;
  Config: Record<string, unknown>;
  NetworkSettings: Record<string, unknown>;
  [key: string]: unknown;
}

/** Changes one container of docker inspect. */
export function container(name: string, change: (container: Inspected) => void): (files: Files) => void {
  return edit('docker/containers.json', (text) => {
    const list = JSON.parse(text) as Inspected[];
    for (const one of list) if (one.Name === `/${name}`) change(one);
    return JSON.stringify(list, undefined, 1);
  });
}

/** Changes one network of docker network inspect. */
export function network(name: string, change: (network: Record<string, unknown>) => void): (files: Files) => void {
  return edit('docker/networks.json', (text) => {
    const list = JSON.parse(text) as (Record<string, unknown> & { Name: string })[];
    for (const one of list) if (one.Name === name) change(one);
    return JSON.stringify(list, undefined, 1);
  });
}

export function sysctl(name: string, value: string, netns = 'host'): (files: Files) => void {
  const file = netns === 'host' ? 'host/sysctl.txt' : `netns/${netns}/sysctl.txt`;
  return edit(
    file,
    (text) =>
      `${text
        .split('\n')
        .filter((line) => !line.startsWith(`${name} `))
        .join('\n')
        .replace(/\n?$/, '\n')}${name} = ${value}\n`,
  );
}

export function ruleFiles(): readonly { readonly rule: AuditRule; readonly file: string; readonly text: string }[] {
  const names = readdirSync(join(ROOT, 'rules')).filter((name) => name.endsWith('.json') && name !== 'rule.schema.json');
  return names.sort().map((file) => {
    const text = readFileSync(join(ROOT, 'rules', file), 'utf8');
    return { rule: parseRule(text, file), file, text };
  });
}

export const RULES: readonly AuditRule[] = orderRules(ruleFiles());
