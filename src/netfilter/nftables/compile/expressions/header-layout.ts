import { PROTO } from '../../../../model/packet.js';

/** Where a field of a header lies: offset and length in bits. */
type Layout = Readonly<Record<string, readonly [offset: number, length: number]>>;

/** Headers behind the network header, by nft's names, with the protocols that bear them. */
export const TRANSPORT: Readonly<Record<string, { readonly protocols: readonly number[]; readonly fields: Layout }>> = {
  tcp: {
    protocols: [PROTO.TCP],
    fields: {
      sport: [0, 16],
      dport: [16, 16],
      sequence: [32, 32],
      ackseq: [64, 32],
      doff: [96, 4],
      reserved: [100, 4],
      flags: [104, 8],
      window: [112, 16],
      checksum: [128, 16],
      urgptr: [144, 16],
    },
  },
  udp: { protocols: [PROTO.UDP], fields: { sport: [0, 16], dport: [16, 16], length: [32, 16], checksum: [48, 16] } },
  udplite: { protocols: [PROTO.UDPLITE], fields: { sport: [0, 16], dport: [16, 16], csumcov: [32, 16], checksum: [48, 16] } },
  sctp: { protocols: [PROTO.SCTP], fields: { sport: [0, 16], dport: [16, 16], vtag: [32, 32], checksum: [64, 32] } },
  dccp: { protocols: [PROTO.DCCP], fields: { sport: [0, 16], dport: [16, 16], type: [67, 4] } },
  icmp: {
    protocols: [PROTO.ICMP],
    fields: { type: [0, 8], code: [8, 8], checksum: [16, 16], id: [32, 16], sequence: [48, 16], mtu: [48, 16], gateway: [32, 32] },
  },
  icmpv6: {
    protocols: [PROTO.ICMPV6],
    fields: {
      type: [0, 8],
      code: [8, 8],
      checksum: [16, 16],
      'parameter-problem': [32, 32],
      'packet-too-big': [32, 32],
      mtu: [32, 32],
      id: [32, 16],
      sequence: [48, 16],
      'max-delay': [32, 16],
      taddr: [64, 128],
      daddr: [192, 128],
    },
  },
  igmp: { protocols: [PROTO.IGMP], fields: { type: [0, 8], mrt: [8, 8], checksum: [16, 16], group: [32, 32] } },
  ah: { protocols: [PROTO.AH], fields: { nexthdr: [0, 8], hdrlength: [8, 8], reserved: [16, 16], spi: [32, 32], sequence: [64, 32] } },
  esp: { protocols: [PROTO.ESP], fields: { spi: [0, 32], sequence: [32, 32] } },
  comp: { protocols: [108], fields: { nexthdr: [0, 8], flags: [8, 8], cpi: [16, 16] } },
  gre: { protocols: [PROTO.GRE], fields: { flags: [0, 5], version: [13, 3], protocol: [16, 16] } },
  th: { protocols: [], fields: { sport: [0, 16], dport: [16, 16] } },
};

/** Network headers. */
export const NETWORK: Readonly<Record<'ip' | 'ip6', Layout>> = {
  ip: {
    version: [0, 4],
    hdrlength: [4, 4],
    dscp: [8, 6],
    ecn: [14, 2],
    length: [16, 16],
    id: [32, 16],
    'frag-off': [48, 16],
    ttl: [64, 8],
    protocol: [72, 8],
    checksum: [80, 16],
    saddr: [96, 32],
    daddr: [128, 32],
  },
  ip6: {
    version: [0, 4],
    priority: [4, 8],
    dscp: [4, 6],
    ecn: [10, 2],
    flowlabel: [12, 20],
    length: [32, 16],
    nexthdr: [48, 8],
    hoplimit: [56, 8],
    saddr: [64, 128],
    daddr: [192, 128],
  },
};
