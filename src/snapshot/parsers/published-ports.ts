import { familyOf, parseIp } from '../../address/ip.js';
import type { PublishedPort } from '../../model/host.js';
import { append } from '../../address/append.js';
import type { Line, ProblemList } from './source.js';

const MOST_PUBLISHED = 200_000;

type Proto = PublishedPort['proto'];

/** @returns the protocol that a word names. */
export function protoOf(word = ''): Proto | undefined {
  return word === 'tcp' || word === 'udp' || word === 'sctp' ? word : undefined;
}

/** @returns a port of the host, of every address where it is an unspecified one; undefined where the address is none. */
export function publishedAt(address: string, hostPort: number, containerPort: number, proto: Proto): PublishedPort | undefined {
  const ip = parseIp(address.replace(/^\[|\]$/g, ''));
  if (ip === undefined) return undefined;
  return { proto, containerPort, ...(ip === 0 || ip === 0n ? {} : { hostIp: ip }), family: familyOf(ip), hostPort };
}

/** `0.0.0.0:8080->80/tcp`, `:::8080->80/tcp`, `127.0.0.1:53-54->53-54/udp`. */
function publishedOf(text: string): PublishedPort[] {
  const [, address = '', from, to, inside, word] =
    /^(.*):(\d{1,5})(?:-(\d{1,5}))?->(\d{1,5})(?:-\d{1,5})?\/(tcp|udp|sctp)$/.exec(text) ?? [];
  const proto = protoOf(word);
  if (proto === undefined) return [];
  const [first, last] = [Number(from), Math.min(Number(to ?? from), 65535)];
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => publishedAt(address, first + i, Number(inside) + i, proto)).filter(
    (port) => port !== undefined,
  );
}

/** `0-65535->0-65535/tcp` is short to write: a table of such rows must not fill the memory. */
export class PortBudget {
  private room = MOST_PUBLISHED;

  constructor(private readonly problems: ProblemList) {}

  /** @param ports cells of the column PORTS, parted: those that are not published are passed over. */
  take(ports: readonly string[], line: Line): PublishedPort[] {
    const taken: PublishedPort[] = [];
    for (const port of ports) {
      const published = publishedOf(port);
      if (published.length > this.room) {
        this.problems.add(line.number, line.text, `more than ${MOST_PUBLISHED} published ports: the rest is not read`);
        break;
      }
      this.room -= published.length;
      append(taken, published);
    }
    return taken;
  }
}
