// Answers on the ports given: `tcp:80 udp:53`, on both families. What comes from a server's own port is an answer and is not answered: rules may
// lead one server's to the other. Clients and what NAT makes of them use ports above; datagrams are of one byte, as those that the model traces.
import dgram from 'node:dgram';
import net from 'node:net';

for (const word of process.argv.slice(2)) {
  const [proto, port] = word.split(':');
  if (proto === 'tcp') net.createServer((socket) => socket.on('error', () => undefined)).listen(Number(port), '::');
  else {
    const socket = dgram.createSocket('udp6');
    socket.on('message', (_message, from) => {
      if (from.port >= 1024) socket.send('x', from.port, from.address);
    });
    socket.bind(Number(port), '::');
  }
}
process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
