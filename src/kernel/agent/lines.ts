import { createInterface } from 'node:readline';

/** Calls `take` with every JSON line of standard input; ends the process with the input. */
export function readRequests<T>(take: (request: T) => void): void {
  const lines = createInterface({ input: process.stdin });
  // the other end is this program: its lines are of the type it says
  lines.on('line', (line) => take(JSON.parse(line) as T));
  lines.on('close', () => process.exit(0));
}

/** Writes one JSON line to standard output. */
export function reply(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
