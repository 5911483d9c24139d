import { readFileSync, writeFileSync } from 'node:fs';

/** A dot in an interface's name is written as a slash (sysctl(8)). */
function fileOf(key: string): string {
  return `/proc/sys/${[...key].map((c) => (c === '.' ? '/' : c === '/' ? '.' : c)).join('')}`;
}

function words(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/**
 * Sets kernel parameters of the namespace this process stands in; those that hold already are left alone.
 * @returns those that could not be set.
 */
export function applySysctls(settings: readonly { readonly key: string; readonly value: string }[]): { key: string; error: string }[] {
  const failed: { key: string; error: string }[] = [];
  for (const { key, value } of settings) {
    try {
      if (words(readFileSync(fileOf(key), 'utf8')) !== words(value)) writeFileSync(fileOf(key), value);
    } catch (error) {
      failed.push({ key, error: error instanceof Error && 'code' in error ? String(error.code) : String(error) });
    }
  }
  return failed;
}
