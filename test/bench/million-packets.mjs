// One million packets (about 290 MB) of so many connections, written as a pcap file.
import { closeSync, openSync, writeSync } from 'node:fs';

/** Writes connections in turn: SYN, SYN-ACK, then data both ways, 270 bytes a packet. */
export function generate(path, packets, connections) {
  const file = openSync(path, 'w');
  const length = 270;
  const record = Buffer.alloc(16 + length);
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt32LE(0x00040002, 4);
  header.writeUInt32LE(262144, 16);
  header.writeUInt32LE(1, 20);
  writeSync(file, header);
  record.writeUInt32LE(length, 8);
  record.writeUInt32LE(length, 12);
  record.write('0242ac1100020242ac1100030800450000000000400040060000', 16, 'hex');
  record.writeUInt16BE(length - 14, 32);
  let chunk = [];
  for (let n = 0; n < packets; n++) {
    const connection = (n * 7919) % connections;
    const round = Math.floor(n / connections);
    const back = round % 2;
    record.writeUInt32LE(1_700_000_000 + Math.floor(n / 100_000), 0);
    record.writeUInt32LE((n % 100_000) * 10, 4);
    record.writeUInt16BE(n & 0xffff, 34);
    const ends = [0x0a000000 + (connection & 0xff), 0xcb007100 + (connection >> 8)];
    const ports = [32768 + (connection % 28000), 443];
    record.writeUInt32BE(ends[back], 42);
    record.writeUInt32BE(ends[1 - back], 46);
    record.writeUInt16BE(ports[back], 50);
    record.writeUInt16BE(ports[1 - back], 52);
    record.writeUInt32BE((connection * 65537 + (round >> 1) * 216 + back) >>> 0, 54);
    record.writeUInt32BE(round === 0 ? 0 : (connection * 65537 + 1) >>> 0, 58);
    record[62] = 0x50;
    record[63] = round === 0 ? 2 : round === 1 ? 18 : 24;
    chunk.push(Buffer.from(record));
    if (chunk.length === 4096) {
      writeSync(file, Buffer.concat(chunk));
      chunk = [];
    }
  }
  writeSync(file, Buffer.concat(chunk));
  closeSync(file);
}
