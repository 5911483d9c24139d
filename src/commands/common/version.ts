import { readOwnFile } from '../../own-files.js';

/** @returns the day of the version, `2026-11-21`, as the change log says it; empty where that has none. */
export function versionDate(): string {
  const heading = `## [${version()}] - `;
  const line = readOwnFile('../CHANGELOG.md')
    .split('\n')
    .find((one) => one.startsWith(heading));
  return line?.slice(heading.length).trim() ?? '';
}

/** @returns the version in the program's own package.json. */
export function version(): string {
  const manifest: unknown = JSON.parse(readOwnFile('../package.json'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}
