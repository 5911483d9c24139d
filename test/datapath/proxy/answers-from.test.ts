import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadSnapshot } from '../../../src/snapshot/disk.js';

const { meta, ...shown } = await loadSnapshot('fixtures/hosts/docker20-bridge');
const { docker: _, ...untold } = meta;

/** A container asks its host's docker-proxy over UDP, by an address that is not the one the answer is routed from. */
const asked = (docker: string | undefined, assume?: readonly string[]): readonly [string, string | undefined] => {
  const machine = createMachine(
    { ...shown, meta: docker === undefined ? untold : { ...untold, docker } },
    assume === undefined ? {} : { assume: new Map([['missing', assume]]) },
  );
  const { outcome, cause } = traceFlow(machine, { from: 'app', to: '198.51.100.10', proto: 'udp', dport: 5353 });
  return [outcome, cause?.kind];
};

test('from which address docker-proxy answers a datagram hangs on the version of the Engine: where that is not told, neither does the outcome', () => {
  expect(asked('27.5.1')).toEqual(['timeout', 'reply-astray']);
  expect(asked('28.0.0')[0]).toBe('connected');
  expect(asked(undefined)).toEqual(['unknown', 'missing']);
  expect(asked('master-dockerproject')).toEqual(['unknown', 'missing']);
  expect(asked(undefined, ['engine=28'])[0]).toBe('connected');
  expect(asked(undefined, ['engine=27'])[0]).toBe('timeout');
});
