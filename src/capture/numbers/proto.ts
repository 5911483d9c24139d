/** Protocols that are looked into (IANA). */

export const icmp = 1;
export const tcp = 6;
export const udp = 17;
export const icmpv6 = 58;
