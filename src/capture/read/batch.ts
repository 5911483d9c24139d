/** What a capture file says of an interface that packets were taken from. */
export interface CaptureInterface {
  /** LINKTYPE_ value (https://www.tcpdump.org/linktypes.html), without the bits for the frame check sequence. */
  readonly linktype: number;
  /** 0: no limit. */
  readonly snaplen: number;
  /** pcapng `if_name`. */
  readonly name?: string;
  /** pcapng `if_MACaddr`, lower-case, colon-separated. */
  readonly mac?: string;
}

/** How many packets a batch holds at most. */
export const BATCH_SIZE = 2048;

/**
 * Packets as columns, so that a million of them cost no object each. A batch and its `bytes` are valid until the next one is asked for: readers
 * use the same memory again.
 */
export class PacketBatch {
  /** Holds the packets of this batch, among other bytes of the file. */
  bytes: Buffer = Buffer.alloc(0);
  count = 0;
  /** Grows while a pcapng file is read; `iface` points into it. */
  readonly interfaces: CaptureInterface[] = [];
  readonly iface = new Uint32Array(BATCH_SIZE);
  /** Where each packet begins in `bytes`. */
  readonly at = new Uint32Array(BATCH_SIZE);
  /** Bytes that were kept of each packet. */
  readonly captured = new Uint32Array(BATCH_SIZE);
  /** Bytes that it had on the wire. */
  readonly original = new Uint32Array(BATCH_SIZE);
  /** Since 1970, whole. */
  readonly seconds = new Float64Array(BATCH_SIZE);
  readonly nanos = new Uint32Array(BATCH_SIZE);

  /** Adds a packet; the caller sees to it that there is room. */
  add(iface: number, at: number, captured: number, original: number, seconds: number, nanos: number): void {
    const i = this.count++;
    this.iface[i] = iface;
    this.at[i] = at;
    this.captured[i] = captured;
    this.original[i] = original;
    this.seconds[i] = seconds;
    this.nanos[i] = nanos;
  }
}
