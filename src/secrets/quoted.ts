import { NAMES } from './names.js';
import { withoutUsers } from './passwords.js';

/** What stands for what was left out: what is left out of that is the same again. */
const MARK = '$1…';

/** A password: in quotes, as they are or escaped, or up to a blank. */
const VALUE = String.raw`(?!…)(?:\\"(?:[^"\\]|\\[^"])*(?:\\")?|"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"',;]+)`;
/** `MYSQL_PWD=x`, `"auth": "x"`, `wifi.psk:   x`. */
const NAMED = new RegExp(String.raw`(${NAMES}\\?["']?[ \t]*[=:][ \t]*)${VALUE}`, 'gi');
/** `--password x`, `wpa-psk x`, `requirepass x`: of other words before a blank nobody knows. */
const OPTION = new RegExp(String.raw`((?:-|\brequire|\bmaster)${NAMES}[ \t]+)${VALUE}`, 'gi');
/** A base64 text of 32 bytes is a key of WireGuard; that of a peer is no secret, and looks the same. */
const KEY = /(?<![\w+/])[\w+/]{43}=(?![\w+/=])/g;
/** Programs of which a short option is followed by a password. */
const PROGRAM = /\b(?:sshpass|mysql\w*|mariadb\w*|mongo\w*|ldap\w+|smbclient|redis-cli|mosquitto_\w+)\b/i;
const SHORT = new RegExp(String.raw`((?:^|\s)-[pPwWa][ \t]?)(?!-)${VALUE}`, 'g');
/** `curl -u user:x`. */
const USER = new RegExp(String.raw`((?:^|\s)(?:-u|--user|--proxy-user)[ =]?['"]?[^\s:'"]{1,80}:)${VALUE}`, 'g');
const BEARER = /\b(bearer|basic)[ \t]+[\w+/=.~-]+/gi;

/** @returns a text without what a name beside it, or its own form, tells to be a secret: not what only a program's options would make one. */
export function withoutNamedSecrets(text: string): string {
  const plain = [NAMED, OPTION].reduce((sofar, pattern) => sofar.replace(pattern, MARK), text.replace(BEARER, '$1 …').replace(KEY, '…'));
  return withoutUsers(plain);
}

/** @returns a line of a listing, a paste or a configuration without what looks like a password, a token or a private key. */
export function withoutSecrets(line: string): string {
  const plain = line.replace(USER, MARK);
  return withoutNamedSecrets(PROGRAM.test(plain) ? plain.replace(SHORT, MARK) : plain);
}

/** More than this of a line is quoted nowhere. */
const LONGEST = 1000;

/** @returns the beginning of a line, up to a blank: of a word that is cut nobody knows what it is. */
function beginning(line: string): string {
  if (line.length <= LONGEST) return line;
  const start = line.slice(0, LONGEST);
  return start.slice(0, Math.max(start.lastIndexOf(' '), start.lastIndexOf('\t')) + 1);
}

/** @returns what of a line may be shown to people: its beginning, without secrets. */
export const quotable = (line: string): string => withoutSecrets(beginning(line));

/**
 * @param line what a message is about.
 * @returns the message without what of the line may not be shown.
 */
export function toldOf(message: string, line: string): string {
  const start = line.slice(0, LONGEST);
  const shown = quotable(line);
  if (shown === line) return message;
  const kept = new Set(shown.split(/\s+/));
  const gone = new Set(start.split(/\s+/).filter((word) => word !== '' && !kept.has(word)));
  return [...gone].reduce((told, word) => told.replaceAll(word, '…'), withoutSecrets(message));
}
