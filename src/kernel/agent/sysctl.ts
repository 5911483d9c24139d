import { closeSync, constants, openSync, readdirSync, readFileSync, realpathSync, writeSync } from 'node:fs';
import { refusal, SYSCTL, sysctlParts } from '../../names/index.js';

/** The parameters of the network namespace that this process stands in; no others are set. */
const PLACE = '/proc/sys/net/';
const OURS = /^net\.(?:ipv4|ipv6|bridge|netfilter)\./;
/** A value is one line. */
const CONTROL = /[^\P{Cc}\t]/u;

/** Why a parameter is not set. */
class RefusedSetting extends Error {}

function words(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** @returns the parts of the parameter's name for every device, where one of them is `*` (`net.ipv4.conf.*.send_redirects`). */
function ofEvery(parts: readonly string[]): readonly (readonly string[])[] {
  const star = parts.indexOf('*');
  if (star < 0) return [parts];
  const above = parts.slice(0, star);
  return readdirSync(`/proc/sys/${above.join('/')}`).map((name) => [...above, name, ...parts.slice(star + 1)]);
}

/**
 * @returns the files of a parameter, each below /proc/sys/net once every link is followed.
 * @throws RefusedSetting where the name is none, or leads elsewhere.
 */
function filesOf(key: string): readonly string[] {
  const message = refusal(SYSCTL, key);
  if (message !== undefined) throw new RefusedSetting(message);
  if (!OURS.test(key)) throw new RefusedSetting('it is no parameter of a network namespace');
  return ofEvery(sysctlParts(key)).map((parts) => {
    const file = realpathSync(`/proc/sys/${parts.join('/')}`);
    if (!file.startsWith(PLACE)) throw new RefusedSetting(`it leads out of ${PLACE}`);
    return file;
  });
}

/** Writes into a file that is there, and never makes one. */
function write(file: string, value: string): void {
  const open = openSync(file, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    writeSync(open, value);
  } finally {
    closeSync(open);
  }
}

function set(key: string, value: string): void {
  if (CONTROL.test(value)) throw new RefusedSetting('its value holds a control character');
  for (const file of filesOf(key)) if (words(readFileSync(file, 'utf8')) !== words(value)) write(file, value);
}

function errorOf(error: unknown): string {
  if (error instanceof RefusedSetting) return error.message;
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/**
 * Sets kernel parameters of the namespace this process stands in; those that hold already are left alone.
 * @returns those that could not be set.
 */
export function applySysctls(settings: readonly { readonly key: string; readonly value: string }[]): { key: string; error: string }[] {
  const failed: { key: string; error: string }[] = [];
  for (const { key, value } of settings) {
    try {
      set(key, value);
    } catch (error) {
      failed.push({ key, error: errorOf(error) });
    }
  }
  return failed;
}
