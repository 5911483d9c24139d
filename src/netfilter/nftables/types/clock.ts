/** Times as nft writes them: `1h30m` (time_spec), `08:00` (hour), `2024-01-01 00:00:00` (epoch). */

const UNITS: readonly (readonly [letter: string, ms: number])[] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];
const UNIT_MS: ReadonlyMap<string, number> = new Map(UNITS);

/** @returns milliseconds of `1d2h`, `30s`, `500ms`; undefined where the text is none. A bare number is seconds where `bare` says so. */
export function parseDuration(text: string, bare = true): number | undefined {
  if (/^\d+$/.test(text)) return bare ? Number(text) * 1000 : undefined;
  if (!/^(?:\d+(?:ms|[wdhms]))+$/.test(text)) return undefined;
  let sum = 0;
  const parts = text.split(/(ms|[wdhms])/);
  for (let i = 0; i + 1 < parts.length; i += 2) sum += Number(parts[i]) * (UNIT_MS.get(parts[i + 1]!) ?? 0);
  return sum;
}

/** time_print of nft: weeks are days, milliseconds last. */
export function formatDuration(ms: number): string {
  let rest = ms;
  let text = '';
  for (const [letter, size] of UNITS.slice(1)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${letter}`;
  }
  return text === '' ? '0s' : text;
}

/** @returns seconds since midnight of `HH:MM` or `HH:MM:SS`, or of a number of seconds. */
export function parseHour(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text);
  if (parts === null) return undefined;
  const [hours, minutes, seconds] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
  return hours > 24 || minutes > 59 || seconds > 59 ? undefined : hours * 3600 + minutes * 60 + seconds;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** hour_type_print: seconds only where there are any. */
export function formatHour(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return `${two(h)}:${two(m)}${s > 0 ? `:${two(s)}` : ''}`;
}

/** @returns seconds since 1970 of `YYYY-MM-DD[ HH:MM[:SS]]`, read as universal time: no listing tells the host's zone; or of a number. */
export function parseEpoch(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, h, m, s] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > 31 || h > 23 || m > 59 || s > 59) return undefined;
  return Date.UTC(year, month - 1, day, h, m, s) / 1000;
}

/** @returns seconds since 1970 (UTC) as nft prints the time of day and date: `2026-01-31 08:00:00`. */
export function formatEpoch(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
