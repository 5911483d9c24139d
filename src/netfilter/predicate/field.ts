/**
 * What a match can look at, as numbers (addresses as `Ip`). A field that the packet does not have makes the
 * condition false: the kernel's matches return false (before `!`) when the header or the conntrack entry is not there.
 */
export type Field =
  | 'src'
  | 'dst'
  | 'proto'
  | 'sport'
  | 'dport'
  | 'icmpType'
  | 'icmpCode'
  | 'tcpFlags'
  | 'tcpOption'
  | 'mark'
  | 'connmark'
  | 'length'
  | 'ttl'
  | 'tos'
  | 'fragment'
  | 'pkttype'
  | 'srcMac'
  | 'ctstate'
  | 'ctstatus'
  | 'ctdir'
  | 'ctproto'
  | 'ctexpire'
  | 'ctorigsrc'
  | 'ctorigdst'
  | 'ctreplsrc'
  | 'ctrepldst'
  | 'ctorigsrcport'
  | 'ctorigdstport'
  | 'ctreplsrcport'
  | 'ctrepldstport'
  /** 4 or 6. */
  | 'family'
  | 'dstMac'
  /** Hardware type of the device (if_arp.h). */
  | 'iiftype'
  | 'oiftype'
  /** What `ct state` and `ct status` of nftables read, in the kernel's own bits (NFT_STATE). */
  | 'nftstate'
  | 'nftstatus'
  | 'ctzone'
  | 'ctfamily'
  /** What the frame carries (skb->protocol), whether it has a header or not yet. */
  | 'ethertype';
