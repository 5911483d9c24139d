// Answers on the ports given: `tcp:80 udp:53`, on both families. An answer is not answered: rules may lead one server's to the other.
import dgram from 'node:dgram';
import net from 'node:net';

for (const word of process.argv.slice(2)) {
  const [proto, port] = word.split(':');
  if (proto === 'tcp') net.createServer((socket) => socket.on('error', () => undefined)).listen(Number(port), '::');
  else {
    const socket = dgram.createSocket('udp6');
    socket.on('message', (message, from) => {
      if (String(message) === 'hello') socket.send('world', from.port, from.address);
    });
    socket.bind(Number(port), '::');
  }
}
process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
