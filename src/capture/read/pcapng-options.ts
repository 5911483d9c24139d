/** What an interface's options say of its packets' times. */
export interface TimeScale {
  /** Units a second: `if_tsresol`. */
  readonly perSecond: bigint;
  /** Seconds to add: `if_tsoffset`. */
  readonly offset: number;
}

export interface InterfaceOptions extends TimeScale {
  readonly name?: string;
  readonly mac?: string;
}

const OPTION = { end: 0, name: 2, mac: 6, resolution: 9, offset: 14 } as const;
const MICROSECONDS = 1_000_000n;

/** @returns units a second: a power of ten, or with the top bit set of two; undefined where no clock is so fine. */
function resolution(value: number): bigint | undefined {
  const exponent = value & 0x7f;
  if (value & 0x80) return exponent > 63 ? undefined : 1n << BigInt(exponent);
  return exponent > 19 ? undefined : 10n ** BigInt(exponent);
}

/**
 * Reads an interface description's options (pcapng, section 4.2).
 * @param bytes the options alone.
 * @returns what is wrong, as text, where a length leads out of the block or a value means nothing.
 */
export function interfaceOptions(bytes: Buffer, littleEndian: boolean): InterfaceOptions | string {
  const u16 = (at: number): number => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  let options: InterfaceOptions = { perSecond: MICROSECONDS, offset: 0 };
  for (let at = 0; at + 4 <= bytes.length;) {
    const code = u16(at);
    const length = u16(at + 2);
    if (code === OPTION.end) break;
    const value = bytes.subarray(at + 4, at + 4 + length);
    if (value.length < length) return `option ${code} of an interface reaches beyond its block`;
    if (code === OPTION.name) options = { ...options, name: value.toString('utf8').replace(/(?<!\0)\0+$/, '') };
    if (code === OPTION.mac && length === 6) options = { ...options, mac: macText(value) };
    if (code === OPTION.resolution) {
      const perSecond = resolution(value[0] ?? 6);
      if (perSecond === undefined || length !== 1) return `an interface's if_tsresol of ${value[0] ?? 'no byte'} means no clock`;
      options = { ...options, perSecond };
    }
    if (code === OPTION.offset && length === 8)
      options = { ...options, offset: Number(littleEndian ? value.readBigInt64LE(0) : value.readBigInt64BE(0)) };
    at += 4 + ((length + 3) & ~3);
  }
  return options;
}

function macText(bytes: Buffer): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
