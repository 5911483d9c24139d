import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { takeIn } from '../../src/snapshot/intake/index.js';

const CASES = new URL('../../fixtures/cases/json-pastes/', import.meta.url).pathname;
const ROUTE = '$ ip route\ndefault via 192.0.2.1 dev eth0\n';
const WHY = 'not used: a part of what `docker inspect` prints, which does not tell whose it is: give all that `docker inspect NAME` prints';

/** What people copy out of `docker inspect`. */
const PARTS: readonly (readonly [string, string])[] = [
  ['-f NetworkSettings', readFileSync(`${CASES}inspect-f-NetworkSettings.json`, 'utf8')],
  ['NetworkSettings, copied', readFileSync(`${CASES}inspect-networksettings-only.txt`, 'utf8')],
  ['Ports', '{\n  "80/tcp": [\n    {\n      "HostIp": "0.0.0.0",\n      "HostPort": "8080"\n    }\n  ]\n}\n'],
  ['HostConfig, copied', '"HostConfig": {\n    "NetworkMode": "host",\n    "Privileged": false\n},\n'],
];

test.each(PARTS)('a part of docker inspect is refused with the reason, and the rest is read: %s', (_, text) => {
  const { files, problems } = takeIn([{ path: 'paste.txt', text: `${text}\n${ROUTE}` }], 'paste.txt');
  expect([[...files.keys()], problems.map(({ message }) => message)]).toEqual([['host/ip-route.txt'], [WHY]]);
});
