import { readFileSync } from 'node:fs';
import { ownFile } from '../../own-files.js';

/** @returns the version in the program's own package.json. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(ownFile('../package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}
