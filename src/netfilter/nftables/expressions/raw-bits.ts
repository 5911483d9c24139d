/** As many bits as a register has: no value is longer (NFT_REG_SIZE). */
const LONGEST = 128;
/** Bits before the last byte that the kernel looks at (nft_payload_init: NFTA_PAYLOAD_OFFSET, two bytes since Linux 6.13). */
const FARTHEST = 65_536 * 8;

/** @returns why there is nothing that many bits long so far from the start of a header; undefined where there may be. */
export function unlikeRawBits(offset: number, length: number): string | undefined {
  if (!(length >= 1 && length <= LONGEST)) return `${length} bits: it may have 1 to ${LONGEST}`;
  return offset >= 0 && offset < FARTHEST ? undefined : `${offset} bits from the start: it may be up to ${FARTHEST}`;
}
