import type { PieceSegment } from './segment.js';

/** A container by whatever it is called. */
interface Known {
  readonly id: string;
  readonly name: string;
  readonly pid: number;
  /** What its namespace is called by `ip netns`, or in /run/docker/netns. */
  readonly sandbox?: string;
}

function stringIn(value: unknown, name: string): string {
  const found = memberOf(value, name);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined;
}

function inspected(text: string): Known[] {
  try {
    const parsed: unknown = JSON.parse(text);
    const list: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    return list.map((item) => ({
      id: stringIn(item, 'Id'),
      name: stringIn(item, 'Name').replace(/^\//, ''),
      pid: Number(stringIn(memberOf(item, 'State'), 'Pid')) || 0,
      sandbox: stringIn(memberOf(item, 'NetworkSettings'), 'SandboxKey').replace(/^.*\//, ''),
    }));
  } catch {
    // it was cut: its reader tells
    return [];
  }
}

function listed(lines: readonly string[]): Known[] {
  const at = lines[0]?.indexOf('NAMES') ?? -1;
  if (at < 0) return [];
  return lines
    .slice(1)
    .map((line) => ({ id: /^[0-9a-f]+/.exec(line)?.[0] ?? '', name: line.slice(at).trim().split(',')[0] ?? '', pid: 0 }));
}

/** Which container or namespace a reference means. */
export class ContainerNames {
  private readonly known: readonly Known[];

  constructor(segments: readonly PieceSegment[]) {
    this.known = segments.flatMap(({ recogniser, lines }) => {
      const texts = lines.map((line) => line.text);
      if (recogniser?.name === 'docker inspect') return inspected(texts.join('\n'));
      return recogniser?.name === 'docker ps' ? listed(texts) : [];
    });
  }

  /** @returns the container's name where its name, its namespace's, an id or its beginning is given; else the reference as it stands. */
  nameOf(ref: string): string {
    const found =
      this.known.find(({ name }) => name === ref) ??
      this.known.find(({ sandbox, name }) => name !== '' && sandbox === ref) ??
      (/^[0-9a-f]{4,64}$/.test(ref) ? this.known.find(({ id, name }) => name !== '' && id.startsWith(ref)) : undefined);
    return found?.name ?? ref;
  }

  /** @returns the container whose process it is. */
  withPid(pid: number): string | undefined {
    return this.known.find((container) => container.pid === pid && pid > 0)?.name;
  }

  has(name: string): boolean {
    return name !== '' && this.known.some((container) => container.name === name);
  }
}
