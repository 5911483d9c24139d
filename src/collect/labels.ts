/** Labels of which the values are taken: Compose's name projects and services, and hold no secrets. */
export const COMPOSE = 'com.docker.compose.*';

/** Where the formats of `docker inspect` ask whether a label's value is kept. */
export const KEEP_MARK = '@KEEP@';

/** @returns whether a text names a label, or with `*` at its end all that begin so. */
export function isLabelKey(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._/-]*\*?$/.test(text);
}

function condition(key: string): string {
  if (!key.endsWith('*')) return `(eq $key "${key}")`;
  return `(eq (printf "%.${key.length - 1}s" $key) "${key.slice(0, -1)}")`;
}

/** @returns which labels keep their values, as the snapshot names them. */
export function keptLabels(keys: readonly string[]): readonly string[] {
  return [COMPOSE, ...keys];
}

/** @returns a format of `docker inspect` that keeps the values of these labels. @param keys as `isLabelKey` takes them. */
export function withLabels(format: string, keys: readonly string[]): string {
  return format.replace(KEEP_MARK, `or ${keptLabels(keys).map(condition).join(' ')} false`);
}
