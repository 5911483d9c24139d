import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, basename } from 'node:path';

/** A dot in an interface's name is written as a slash (sysctl(8)). */
function fileOf(key: string): string {
  return `/proc/sys/${[...key].map((c) => (c === '.' ? '/' : c === '/' ? '.' : c)).join('')}`;
}

function words(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** `net.ipv4.conf.*.send_redirects` stands for every interface. */
function filesOf(key: string): readonly string[] {
  const file = fileOf(key);
  const folder = dirname(file);
  if (basename(folder) !== '*') return [file];
  const all = dirname(folder);
  return readdirSync(all).map((name) => `${all}/${name}/${basename(file)}`);
}

/**
 * Sets kernel parameters of the namespace this process stands in; those that hold already are left alone.
 * @returns those that could not be set.
 */
export function applySysctls(settings: readonly { readonly key: string; readonly value: string }[]): { key: string; error: string }[] {
  const failed: { key: string; error: string }[] = [];
  for (const { key, value } of settings) {
    try {
      for (const file of filesOf(key)) if (words(readFileSync(file, 'utf8')) !== words(value)) writeFileSync(file, value);
    } catch (error) {
      failed.push({ key, error: error instanceof Error && 'code' in error ? String(error.code) : String(error) });
    }
  }
  return failed;
}
