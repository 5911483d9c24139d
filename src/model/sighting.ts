import type { NetnsName } from './netns.js';
/** Addresses of a packet as text; ports are absent for ICMP. */
export interface PacketView {
  readonly src: string;
  readonly sport?: number;
  readonly dst: string;
  readonly dport?: number;
}

/** What `tcpdump -i any` shows of a packet at one interface. */
export interface Sighting extends PacketView {
  readonly netns: NetnsName;
  readonly iface: string;
  readonly dir: 'in' | 'out';
  readonly reply: boolean;
}
