import { InvalidArgumentError } from 'commander';

/** Reads a port. @throws InvalidArgumentError unless it is a number from 1 to 65535. */
export function portValue(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw new InvalidArgumentError('a port is a number from 1 to 65535.');
  return port;
}

/** Collects a repeatable `KEY=VALUE`. @throws InvalidArgumentError where the `=` or a side is missing. */
export function keyValue(text: string, sofar: ReadonlyMap<string, string> | undefined): ReadonlyMap<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError("write it as KEY=VALUE, for example 'limit=under'.");
  return new Map([...(sofar ?? []), [text.slice(0, at).trim(), text.slice(at + 1).trim()]]);
}
