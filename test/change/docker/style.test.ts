import { describe, expect, it } from 'vitest';
import { whatIf } from '../../../src/change/index.js';
import { isSince28 } from '../../../src/change/docker/style.js';
import type { Host } from '../../../src/model/host.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles } from '../../reachability/hosts.js';

/** A recorded host without some of its files, and without what its meta.json says of Docker. */
function hostWithout(name: string, lacking: RegExp): Host {
  const files = [...folderFiles(name)].filter(([path]) => !lacking.test(path));
  return loadFiles(
    new Map(files.map(([path, text]) => [path, path === 'meta.json' ? text.replace(/"docker": *"[^"]*"/, '"docker": null') : text])),
  );
}

const VERSIONS = /^docker\/(?:version|info)\.json$/;
const VERSIONS_AND_RULES = /^docker\/(?:version|info)\.json$|ip6?tables/;

describe('the generation of an Engine', () => {
  it.each([
    ['docker20-bridge', VERSIONS, false],
    ['docker28-bridge', VERSIONS, true],
    ['docker20-bridge', VERSIONS_AND_RULES, undefined],
    ['docker28-bridge', VERSIONS_AND_RULES, undefined],
    ['docker20-bridge', /^$/, false],
    ['docker28-bridge', /^host\/ip6?tables/, true],
  ])('of %s without %s', (name, lacking, expected) => {
    expect(isSince28(hostWithout(name, lacking))).toBe(expected);
  });

  it.each(['docker run -d --name more -p 9100:80 image', 'docker network create more'])('%s: is not guessed', (command) => {
    expect(() => whatIf(hostWithout('docker28-bridge', VERSIONS_AND_RULES), [command])).toThrow(
      /which rules Docker writes for it hangs on its version, which the snapshot does not show/,
    );
  });

  it('is of no matter where Docker writes no rules', () => {
    const host = hostWithout('docker28-bridge', VERSIONS_AND_RULES);
    expect(whatIf(host, ['docker run -d --name alone --network none image']).containers.map(({ name }) => name)).toContain('alone');
  });
});
