import { SnapshotError } from '../error.js';
import type { Piece } from './piece.js';

/** `b-d28-polic` and `b-d28-polic.example.com` are one. */
function shortName(host: string): string {
  return /^[\d.]+$/.test(host) ? host : (host.split('.')[0] ?? host).toLowerCase();
}

/**
 * Keeps the pieces of one host.
 * @param chosen the host that is meant; pieces that name none belong to it.
 * @throws SnapshotError where prompts or headings name several and none is chosen.
 */
export function oneHost(pieces: readonly Piece[], name: string, chosen?: string): readonly Piece[] {
  const hosts = new Map(
    pieces.flatMap((piece) =>
      piece.host === undefined || (piece.call === undefined && piece.lines.length === 0)
        ? []
        : [[shortName(piece.host), piece.host] as const],
    ),
  );
  if (chosen !== undefined && hosts.size > 0 && !hosts.has(shortName(chosen)))
    throw new SnapshotError(`no host called ${chosen}`, name, 0, `It holds ${[...hosts.values()].join(', ')}`);
  if (chosen !== undefined) return pieces.filter((piece) => piece.host === undefined || shortName(piece.host) === shortName(chosen));
  if (hosts.size <= 1) return pieces;
  throw new SnapshotError(`holds the listings of several hosts: ${[...hosts.values()].join(', ')}`, name, 0, 'Choose one with --host NAME');
}
