import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import type { DialTarget, ListenRequest, Relayed } from './protocol.js';

type Report = (relayed: Relayed) => void;

const GREETING = 'dtrace-path\n';

/** An IPv4 peer of a dual-stack socket shows as `::ffff:192.0.2.1`. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** Source ports of second connections: told before the first packet leaves, so that it is known by its port. */
let relayPort = 45000;

function relayTcp(client: Socket, dial: DialTarget, report: Report): void {
  const localPort = relayPort++;
  const peer = plain(client.remoteAddress ?? '');
  report({ proto: 'tcp', peer, peerPort: client.remotePort ?? 0, localPort });
  const server = connect({ port: dial.port, host: dial.host, localAddress: dial.host.includes(':') ? '::' : '0.0.0.0', localPort });
  server.on('connect', () => client.pipe(server).pipe(client));
  server.on('error', () => client.destroy());
  client.on('error', () => server.destroy());
}

function listenTcp(want: ListenRequest, report: Report): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((client) => {
      if (want.dial !== undefined) return relayTcp(client, want.dial, report);
      client.on('error', () => undefined);
      // what is said is no farewell: rules and conntrack treat a FIN otherwise. The client ends the connection
      if (want.mute !== true) client.write(GREETING);
    });
    server.on('error', reject);
    const host = want.ip ?? (want.family === 6 ? '::' : '0.0.0.0');
    server.listen({ port: want.port, host, ipv6Only: want.family === 6 && !want.dualStack, exclusive: true }, resolve);
  });
}

function relayUdp(front: UdpSocket, message: Buffer, from: RemoteInfo, dial: DialTarget, report: Report): void {
  const back = createSocket(dial.host.includes(':') ? 'udp6' : 'udp4');
  back.on('error', () => back.close());
  back.on('message', (answer) => front.send(answer, from.port, from.address));
  const localPort = relayPort++;
  report({ proto: 'udp', peer: plain(from.address), peerPort: from.port, localPort });
  back.bind(localPort, () => back.connect(dial.port, dial.host, () => back.send(message)));
}

/** Set in an answer: one look tells it from a request, and of which flow it is. */
const ANSWER = 0x80;

/** The request with its highest bit set; undefined for an answer, which NAT may bring back to who gave it. */
function answerTo(message: Buffer): Uint8Array | undefined {
  const first = message[0] ?? 0;
  return (first & ANSWER) === 0 ? Uint8Array.of(first | ANSWER) : undefined;
}

function listenUdp(want: ListenRequest, report: Report): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: want.family === 6 ? 'udp6' : 'udp4', ipv6Only: want.family === 6 && !want.dualStack });
    socket.on('error', reject);
    socket.on('message', (message, from) => {
      const answer = answerTo(message);
      if (answer === undefined || want.mute === true) return;
      if (want.dial === undefined) socket.send(answer, from.port, from.address, () => undefined);
      else relayUdp(socket, message, from, want.dial, report);
    });
    socket.bind({ port: want.port, ...(want.ip !== undefined && { address: want.ip }), exclusive: true }, resolve);
  });
}

/** Opens one listener, which answers whoever comes, or passes them on. @throws what the system says. */
export function openListener(want: ListenRequest, report: Report): Promise<void> {
  return want.proto === 'tcp' ? listenTcp(want, report) : listenUdp(want, report);
}
