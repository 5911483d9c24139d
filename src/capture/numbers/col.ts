/**
 * A strand: the packets of one direction of one connection at one interface. Strands are rows of numbers, since a capture may hold very many; what
 * every packet needs of one lies together, in 64 bytes, since fetching that from memory is most of the work. These are the 32-bit columns.
 *
 * Modules hold these numbers, not objects: of `COL.src` a bundle leaves 0, whereas an object's field is looked up until all code is compiled, and
 * a branch that was never taken sends the compiled code back to its beginning for it.
 */

export const src = 0;
export const dst = 1;
/** Source port in the upper half, destination port in the lower; an ICMP echo has its identifier at the client's end. */
export const ports = 2;
/** Protocol in bits 0-7, way in 8-9, tap from 10 on. */
export const lane = 3;
export const packets = 4;
/** The sequence number after the last byte seen. */
export const next = 5;
/** TCP flags seen in bits 0-5, and the bits of MARK. */
export const state = 6;
export const ipId = 7;
/** TCP sequence number of the first packet. */
export const seq = 8;
export const retransmissions = 9;
