import { SnapshotError } from '../error.js';
import type { Piece } from './piece.js';

/** `b-d28-polic` and `b-d28-polic.example.com` are one. */
function shortName(host: string): string {
  return /^[\d.]+$/.test(host) ? host : (host.split('.')[0] ?? host).toLowerCase();
}

/** A heading that names a machine: `## server web1`; of words alone nobody knows. */
function hostTitled({ title, lines }: Piece): string | undefined {
  if (lines.length === 0) return undefined;
  return /^(?:host|server|node|machine)(?:name)?[ \t:=]{1,4}((?=[\w.-]*[\d.-])[\w.-]+|[a-z])$/i.exec(title ?? '')?.[1];
}

/** Pieces with the machines that headings name, where these are several and no prompt names any. */
function withTitledHosts(pieces: readonly Piece[]): readonly Piece[] {
  const titled = new Set(pieces.map(hostTitled).filter((host) => host !== undefined));
  if (titled.size < 2 || pieces.some((piece) => piece.host !== undefined)) return pieces;
  return pieces.map((piece) => {
    const host = hostTitled(piece);
    return host === undefined ? piece : { ...piece, host };
  });
}

/**
 * Keeps the pieces of one host.
 * @param chosen the host that is meant; pieces that name none belong to it.
 * @throws SnapshotError where prompts or headings name several and none is chosen.
 */
export function oneHost(given: readonly Piece[], name: string, chosen?: string): readonly Piece[] {
  const pieces = withTitledHosts(given);
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
  throw new SnapshotError(
    `holds the listings of several hosts: ${[...hosts.values()].join(', ')}`,
    name,
    0,
    `Choose one with --host NAME; of a folder that holds a snapshot of each, \`dtrace-path audit --fleet FOLDER\` looks at all`,
  );
}
