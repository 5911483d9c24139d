// Sends flows from the namespace it runs in and tells what the client saw of each: a JSON list a line in, a JSON list a line out, in their order.
import dgram from 'node:dgram';
import net from 'node:net';
import { createInterface } from 'node:readline';

const WAIT = 350;

const OUTCOMES = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EACCES: 'unreachable',
  ENOPROTOOPT: 'unreachable',
};

function tcp({ src, sport, dst, dport }) {
  return new Promise((done) => {
    const socket = net.connect({ host: dst, port: dport, localAddress: src, localPort: sport });
    const end = (outcome) => {
      socket.destroy();
      done(outcome);
    };
    socket.on('connect', () => end('connected'));
    socket.on('error', (error) => end(OUTCOMES[error.code] ?? `error ${error.code}`));
    setTimeout(() => end('timeout'), WAIT);
  });
}

function udp({ family, src, sport, dst, dport }) {
  return new Promise((done) => {
    const socket = dgram.createSocket(family === 4 ? 'udp4' : 'udp6');
    let over = false;
    const end = (outcome) => {
      if (over) return;
      over = true;
      socket.close();
      done(outcome);
    };
    socket.on('message', () => end('connected'));
    socket.on('error', (error) => end(OUTCOMES[error.code] ?? (error.code === 'EPERM' ? 'unreachable' : `error ${error.code}`)));
    socket.bind(sport, src, () => {
      socket.connect(dport, dst, (error) => {
        if (error) return end(OUTCOMES[error.code] ?? `error ${error.code}`);
        socket.send(
          '',
          (failed) => failed && end(OUTCOMES[failed.code] ?? (failed.code === 'EPERM' ? 'unreachable' : `error ${failed.code}`)),
        );
      });
    });
    setTimeout(() => end('timeout'), WAIT);
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const flows = JSON.parse(line);
  const outcomes = await Promise.all(flows.map((flow) => (flow.proto === 'tcp' ? tcp(flow) : udp(flow))));
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
}
process.exit(0);
