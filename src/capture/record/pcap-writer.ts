const MAGIC = 0xa1b2c3d4;

/** @returns the header of a classic capture, little-endian, microseconds. */
export function pcapFileHeader(linktype: number, snaplen: number): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(snaplen, 16);
  header.writeUInt32LE(linktype, 20);
  return header;
}

/** @param micros since 1970. @param original bytes on the wire. @returns one record. */
export function pcapRecord(bytes: Uint8Array, micros: number, original: number): Buffer {
  const record = Buffer.alloc(16 + bytes.length);
  record.writeUInt32LE(Math.floor(micros / 1e6), 0);
  record.writeUInt32LE(Math.floor(micros % 1e6), 4);
  record.writeUInt32LE(bytes.length, 8);
  record.writeUInt32LE(original, 12);
  record.set(bytes, 16);
  return record;
}
