// Sends flows from the namespace it runs in and tells what the client saw of each: a JSON list a line in, a JSON list a line out, in their order.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WAIT = 350;

const OUTCOMES = {
  connected: 'connected',
  timeout: 'timeout',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EACCES: 'unreachable',
  ENOPROTOOPT: 'unreachable',
  EPERM: 'unreachable',
};

/** @returns what connect() said of each flow. */
function tcp(flows) {
  if (flows.length === 0) return [];
  return new Promise((done) => {
    const child = spawn('perl', [fileURLToPath(new URL('./connect.pl', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (data) => (text += data));
    child.on('error', (error) => done(flows.map(() => `error ${error.message}`)));
    child.on('close', () => {
      const said = new Map(
        text
          .trim()
          .split('\n')
          .map((line) => [Number(line.split(' ')[0]), line.slice(line.indexOf(' ') + 1)]),
      );
      done(flows.map((_, i) => OUTCOMES[said.get(i)] ?? `error ${said.get(i)}`));
    });
    child.stdin.end(flows.map(({ sport, dst, dport }) => `${sport} ${dst} ${dport}\n`).join(''));
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
          'x',
          (failed) => failed && end(OUTCOMES[failed.code] ?? (failed.code === 'EPERM' ? 'unreachable' : `error ${failed.code}`)),
        );
      });
    });
    setTimeout(() => end('timeout'), WAIT);
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const flows = JSON.parse(line);
  const [byTcp, byUdp] = await Promise.all([
    tcp(flows.filter(({ proto }) => proto === 'tcp')),
    Promise.all(flows.filter(({ proto }) => proto === 'udp').map(udp)),
  ]);
  const [ofTcp, ofUdp] = [byTcp.values(), byUdp.values()];
  const outcomes = flows.map(({ proto }) => (proto === 'tcp' ? ofTcp : ofUdp).next().value);
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
}
process.exit(0);
