/** What `pcap-parser` 0.2.1 does; the package brings no types. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';

  export interface PacketHeader {
    readonly timestampSeconds: number;
    readonly timestampMicroseconds: number;
    readonly capturedLength: number;
    readonly originalLength: number;
  }

  export interface Parser {
    on(event: 'packet', listener: (packet: { readonly header: PacketHeader; readonly data: Buffer }) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'end', listener: () => void): this;
  }

  /** What the parser uses of a stream. */
  export interface ByteEvents extends EventEmitter {
    pause(): unknown;
    resume(): unknown;
  }

  export function parse(input: string | ByteEvents): Parser;
}
