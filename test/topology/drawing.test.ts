import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createMachine } from '../../src/datapath/index.js';
import { boxesOf } from '../../src/report/topology/boxes.js';
import { arrange } from '../../src/report/topology/layout.js';
import { renderTopologySvg } from '../../src/report/topology/svg.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { topologyOf } from '../../src/topology/index.js';
import { writeBigHost } from '../bench/big-host.mjs';

const made = mkdtempSync(join(tmpdir(), 'dtrace-path-drawing-'));
afterAll(() => {
  rmSync(made, { recursive: true });
});

function bigHost(networks: number): string {
  const folder = join(made, String(networks));
  writeBigHost(folder, { containers: 65, ports: 1, networks });
  return folder;
}

const topology = async (folder: string) => topologyOf(createMachine(await loadSnapshot(folder)));
const recorded = readdirSync('fixtures/hosts').map((name) => join('fixtures/hosts', name));

describe('the drawing of a host', () => {
  it.each([...recorded, bigHost(4), bigHost(20)])('%s: a line that is straight towards a box crosses no other', async (folder) => {
    const found = await topology(folder);
    const drawing = arrange((stretch) => boxesOf(found, stretch, 'published'), { withDoors: true });
    expect(drawing.joins.length).toBeGreaterThan(0);
    const crossed = drawing.joins.flatMap(({ join, points }) =>
      points.slice(1).flatMap((to, index) => {
        const from = points[index] ?? to;
        return drawing.boxes
          .filter(({ box }) => box.id !== join.from && box.id !== join.to)
          .filter(({ box, at }) => meets(from, to, { left: at.x, top: at.y, right: at.x + box.width, bottom: at.y + box.height }))
          .map(({ box }) => `${join.from} → ${join.to} crosses ${box.id}`);
      }),
    );
    expect(crossed).toEqual([]);
  });

  it.each([1, 4, 20])('65 containers on %i networks take about a screen of their size: no side is thrice the other', async (networks) => {
    const [, width = 0, height = 0] =
      /viewBox="0 0 (\d+) (\d+)"/.exec(renderTopologySvg(await topology(bigHost(networks))))?.map(Number) ?? [];
    expect([width / height < 3, height / width < 3, height < 4000]).toEqual([true, true, true]);
  });

  it.each([1, 4, 20])('65 containers on %i networks: of the grids that are tried, none would be nearer to a screen', async (networks) => {
    const found = await topology(bigHost(networks));
    const misfit = (stretch?: Parameters<typeof boxesOf>[1]): number => {
      const { width, height } = arrange((tried) => boxesOf(found, stretch ?? tried, 'published'), { withDoors: true });
      return Math.abs(Math.log(width / height / 1.5));
    };
    const best = misfit();
    expect(([1.5, 1, 3, 6] as const).filter((stretch) => misfit(stretch) < best - 0.1)).toEqual([]);
  });

  it('draws published ports from outside, those of the loopback address not, and names networks before devices', async () => {
    const svg = renderTopologySvg(await topology('fixtures/hosts/docker28-bridge'));
    const titles = [...svg.matchAll(/class="title">([^<]+)/g)].map(([, text]) => text);
    expect(titles.slice(0, 6)).toEqual(['outside', 'd28-bridge', 'up0', 'bridge', 'admin', 'web']);
    expect([...svg.matchAll(/class="open">([^<]+)/g)].map(([, text]) => text)).toMatchInlineSnapshot(`
      [
        "8080",
        "8443, 5353/udp, 198.51.100.10:6379",
        "published 8080 → 80/tcp",
        "published 8443 → 443/tcp",
        "published 5353 → 53/udp",
        "published 198.51.100.10:6379 → 6379/tcp",
      ]
    `);
    expect(svg).toContain('prefers-color-scheme: dark');
  });
});

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Whether a straight line goes through an area (Liang and Barsky). */
function meets(from: { x: number; y: number }, to: { x: number; y: number }, { left, top, right, bottom }: Area): boolean {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [enter, leave] = [0, 1];
  for (const [p, q] of [
    [-dx, from.x - left],
    [dx, right - from.x],
    [-dy, from.y - top],
    [dy, bottom - from.y],
  ] as const) {
    if (p === 0 && q <= 0) return false;
    if (p < 0) enter = Math.max(enter, q / p);
    if (p > 0) leave = Math.min(leave, q / p);
  }
  return enter < leave;
}
