import { linesOf } from '../parsers/source.js';
import { isInfoTextKept } from '../parsers/docker-info-text.js';

/** @returns the text of `docker info` with the lines that are read, each where it was: proxies and registries may hold passwords. */
export function blankInfoText(text: string): string {
  const kept = new Map(Array.from(linesOf(text), ({ number, text: line }) => [number, isInfoTextKept(line) ? line : '']));
  return text
    .split('\n')
    .map((_, i) => kept.get(i + 1) ?? '')
    .join('\n');
}
