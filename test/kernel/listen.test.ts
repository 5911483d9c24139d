import { createSocket } from 'node:dgram';
import { expect, it } from 'vitest';
import { openListener } from '../../src/kernel/agent/listen.js';

/** A port that nobody has at the moment. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

it('answers datagrams, unless it only holds a port as dockerd does without its proxy', async () => {
  const [mute, loud] = [await freePort(), await freePort()];
  const at = { proto: 'udp', family: 4, ip: '127.0.0.1', dualStack: false } as const;
  await openListener({ ...at, port: mute, mute: true }, () => undefined);
  await openListener({ ...at, port: loud }, () => undefined);
  const client = createSocket('udp4');
  const answered = await new Promise<readonly number[]>((resolve) => {
    const from: number[] = [];
    // the first two are answered, if at all, before the third
    client.on('message', (_, { port }) => {
      if (from.push(port) === 2) resolve(from);
    });
    for (const port of [mute, loud, loud]) client.send(Uint8Array.of(1), port, '127.0.0.1');
  });
  client.close();
  expect(answered).toEqual([loud, loud]);
});
