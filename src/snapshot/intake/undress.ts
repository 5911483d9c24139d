import { RECOGNISERS } from './recognisers/index.js';

/** What pages make of signs when their source is copied (HTML 13.5, the names that need no table). */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['#34', '"'],
  ['#39', "'"],
  ['#x27', "'"],
  ['amp', '&'],
]);
const ENTITY = /&(lt|gt|quot|apos|nbsp|#34|#39|#x27|amp);/g;

/** Undoes what a page's source has for signs, where the signs themselves stand nowhere: a listing that holds both keeps them. */
function withoutEntities(text: string): string {
  return /&(?:lt|gt|quot);/.test(text) && !/[<"]/.test(text) ? text.replace(ENTITY, (_, name: string) => ENTITIES.get(name) ?? '') : text;
}

/** `–dport` was `--dport`, `–j` was `-j`: one long dash stands for two before a word, as word processors write it. */
function plainSigns(text: string): string {
  if (!/[‐‑‒–—―‘’“”„‟]/.test(text)) return text;
  return text
    .replace(/(^|[\s`'"(])[‒–—―](?=[A-Za-z][A-Za-z-])/gm, '$1--')
    .replace(/[‐‑‒–—―]/g, '-')
    .replace(/[“”„‟]/g, '"')
    .replace(/[‘’]/g, "'");
}

/** @returns text as a terminal printed it: signs that a page or a word processor put in their place are undone. */
export function undressed(text: string): string {
  return plainSigns(withoutEntities(text));
}

/** What log viewers put before every line; what stands behind is the line. */
const PREFIXES: readonly RegExp[] = [
  // docker compose logs, kubectl logs --prefix, docker service logs
  /^[\w.@-]{1,80}\s*\| ?/,
  /^\[(?:pod|container)\/[\w./-]{1,160}\] /,
  // docker logs -t, and what collectors of logs write; a packet or a line of the kernel's bears its moment itself
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)? (?!IP6? |ARP, |\S+ +(?:In|Out|[BMP]) |\S+ kernel: )/,
  // the journal, of anything but the kernel
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]+ (?!kernel)[\w./@-]+(?:\[\d+\])?: /,
  /^\| /,
];
/** Lines with their numbers: `cat -n`, `nl`, an editor. */
const NUMBERED = /^ *(\d+)(?:\t|[:|│] ?| {1,2}|$)/;
/** Nearly all lines have it, or it is no prefix. */
const SHARE = 0.95;
const FEWEST = 4;

function withoutNumbers(lines: readonly string[]): readonly string[] | undefined {
  // `ip -o` begins its own lines with numbers that count up
  if (RECOGNISERS.some((kind) => lines.some((line) => kind.begins(line)))) return undefined;
  const at = (line: string | undefined): number => Number(NUMBERED.exec(line ?? '')?.[1] ?? NaN);
  if (
    lines.length < FEWEST ||
    !lines.every((line, i) => line === '' || i === 0 || lines[i - 1] === '' || at(line) === at(lines[i - 1]) + 1)
  )
    return undefined;
  return lines.filter((line) => line !== '').length < FEWEST || Number.isNaN(at(lines[0]))
    ? undefined
    : lines.map((line) => line.replace(NUMBERED, ''));
}

/** @returns lines without what a log viewer, a pager or an editor put before each of them. */
export function withoutPrefix(lines: readonly string[]): readonly string[] {
  const numbered = withoutNumbers(lines);
  if (numbered !== undefined) return numbered;
  const written = lines.filter((line) => line.trim() !== '');
  if (written.length < FEWEST) return lines;
  const prefix = PREFIXES.find((one) => written.filter((line) => one.test(line)).length >= SHARE * written.length);
  return prefix === undefined ? lines : lines.map((line) => line.replace(prefix, ''));
}
