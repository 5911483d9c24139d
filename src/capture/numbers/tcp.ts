/** TCP flag bits (RFC 9293, section 3.1). */

export const fin = 1;
export const syn = 2;
export const rst = 4;
export const psh = 8;
export const ack = 16;
