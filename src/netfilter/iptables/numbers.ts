import { protocolNumber } from '../protocols.js';

const NUMBER = /^\s*\+?(0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i;

/** @returns what xtables_strtoul reads in decimal, hex (`0x`) or octal (`0`), a `+` before it or none; undefined for other text. */
export function wideNumber(text: string): bigint | undefined {
  const digits = NUMBER.exec(text)?.[1];
  if (digits === undefined) return undefined;
  return BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
}

/** @returns the number of a protocol, by number in any base or by name (xtables_parse_protocol). */
export function readProtocol(text: string): number | undefined {
  const number = wideNumber(text);
  if (number === undefined) return protocolNumber(text);
  return number <= 255n ? Number(number) : undefined;
}

/** @returns the number of a protocol where iptables looks a name up as it is written: /etc/protocols has `tcp`, and `TCP` as another name of it. */
export function readProtocolAsWritten(text: string): number | undefined {
  return text === text.toLowerCase() || text === text.toUpperCase() ? readProtocol(text) : undefined;
}
