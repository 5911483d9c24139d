import type { NetnsName } from '../../model/netns.js';
/** What was captured at one interface of a twin, as a classic capture of link type LINUX_SLL. */
export interface KeptCapture {
  readonly netns: NetnsName;
  readonly iface: string;
  readonly pcap: Buffer;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const LINKTYPE_SLL = 113;
const SLL = 16;
const SLL2 = 20;

/**
 * Parts a capture of all interfaces by interface. Interface indexes of a twin are not those of the host it stands for: the kept files have none.
 * @param bytes what `tcpdump -i any -w -` wrote (link type LINUX_SLL2).
 * @param since microseconds; what came before is ours, to see that all listen.
 * @param names interface names by index; each has a file, also where nothing crossed it.
 */
export function splitCapture(bytes: Buffer, netns: string, names: ReadonlyMap<number, string>, since = 0): readonly KeptCapture[] {
  if (bytes.length < FILE_HEADER) return [];
  const header = Buffer.from(bytes.subarray(0, FILE_HEADER));
  header.writeUInt32LE(LINKTYPE_SLL, 20);
  const files = new Map([...names.values()].map((name): [string, Buffer[]] => [name, [header]]));
  for (let at = FILE_HEADER; at + RECORD_HEADER <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 8);
    const frame = bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
    if (frame.length < length || length < SLL2) break;
    const name = names.get(frame.readUInt32BE(4));
    const time = bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4) / 1e3;
    if (name !== undefined && time >= since) files.get(name)?.push(recordOf(bytes.subarray(at, at + RECORD_HEADER), frame));
    at += RECORD_HEADER + length;
  }
  return [...files].map(([iface, parts]) => ({ netns, iface, pcap: Buffer.concat(parts) }));
}

/** Packet type, ARPHRD, address length, address, protocol: the second version's fields in the first one's order. */
function recordOf(header: Buffer, frame: Buffer): Buffer {
  const record = Buffer.alloc(RECORD_HEADER + SLL + frame.length - SLL2);
  header.copy(record);
  record.writeUInt32LE(header.readUInt32LE(8) + SLL - SLL2, 8);
  record.writeUInt32LE(header.readUInt32LE(12) + SLL - SLL2, 12);
  record.writeUInt16BE(frame.readUInt8(10), RECORD_HEADER);
  frame.copy(record, RECORD_HEADER + 2, 8, 10);
  record.writeUInt16BE(frame.readUInt8(11), RECORD_HEADER + 4);
  frame.copy(record, RECORD_HEADER + 6, 12, 20);
  frame.copy(record, RECORD_HEADER + 14, 0, 2);
  frame.copy(record, RECORD_HEADER + SLL, SLL2);
  return record;
}

/** @returns captures of the same interfaces as one each: flows that cannot be sent together come in several. */
export function appendCaptures(before: readonly KeptCapture[], more: readonly KeptCapture[]): readonly KeptCapture[] {
  const all = new Map(before.map((capture) => [`${capture.netns} ${capture.iface}`, capture]));
  for (const capture of more) {
    const key = `${capture.netns} ${capture.iface}`;
    const first = all.get(key);
    all.set(key, first ? { ...first, pcap: Buffer.concat([first.pcap, capture.pcap.subarray(FILE_HEADER)]) } : capture);
  }
  return [...all.values()];
}
