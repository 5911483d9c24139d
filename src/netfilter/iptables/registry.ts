import { builtinProtocolModule } from '../protocols.js';
import type { Family } from '../../address/ip.js';
import type { MatchExtension, OptionSyntax, TargetExtension } from './extension.js';
import { builtin } from './matches/builtin.js';
import { tcp } from './matches/tcp.js';
import { udp } from './matches/udp.js';
import { udplite } from './matches/udplite.js';
import { dccp } from './matches/dccp.js';
import { sctp } from './matches/sctp.js';
import { icmp } from './matches/icmp.js';
import { icmp6 } from './matches/icmp6.js';
import { multiport } from './matches/multiport.js';
import { conntrack } from './matches/conntrack.js';
import { state } from './matches/state.js';
import { addrtype } from './matches/addrtype.js';
import { mark } from './matches/mark.js';
import { connmark } from './matches/connmark.js';
import { comment } from './matches/comment.js';
import { set } from './matches/set.js';
import { iprange } from './matches/iprange.js';
import { mac } from './matches/mac.js';
import { pkttype } from './matches/pkttype.js';
import { length } from './matches/length.js';
import { ttl } from './matches/ttl.js';
import { hl } from './matches/hl.js';
import { physdev } from './matches/physdev.js';
import { owner } from './matches/owner.js';
import { statistic } from './matches/statistic.js';
import { limit } from './matches/limit.js';
import { hashlimit } from './matches/hashlimit.js';
import { connlimit } from './matches/connlimit.js';
import { connbytes } from './matches/connbytes.js';
import { quota } from './matches/quota.js';
import { recent } from './matches/recent.js';
import { rpfilter } from './matches/rpfilter.js';
import { socket } from './matches/socket.js';
import { string } from './matches/string.js';
import { u32 } from './matches/u32.js';
import { bpf } from './matches/bpf.js';
import { time } from './matches/time.js';
import { dscp } from './matches/dscp.js';
import { tos } from './matches/tos.js';
import { ecn } from './matches/ecn.js';
import { ah4 } from './matches/ah4.js';
import { ah6 } from './matches/ah6.js';
import { esp } from './matches/esp.js';
import { ipcomp } from './matches/ipcomp.js';
import { frag } from './matches/frag.js';
import { rt } from './matches/rt.js';
import { hbh } from './matches/hbh.js';
import { dst } from './matches/dst.js';
import { mh } from './matches/mh.js';
import { eui64 } from './matches/eui64.js';
import { ipv6header } from './matches/ipv6header.js';
import { srh } from './matches/srh.js';
import { helper } from './matches/helper.js';
import { realm } from './matches/realm.js';
import { rateest } from './matches/rateest.js';
import { cgroup } from './matches/cgroup.js';
import { cluster } from './matches/cluster.js';
import { cpu } from './matches/cpu.js';
import { devgroup } from './matches/devgroup.js';
import { nfacct } from './matches/nfacct.js';
import { osf } from './matches/osf.js';
import { policy } from './matches/policy.js';
import { connlabel } from './matches/connlabel.js';
import { ipvs } from './matches/ipvs.js';
import { tcpmss } from './matches/tcpmss.js';
import { geoip } from './matches/geoip.js';
import { rejectTarget } from './targets/reject.js';
import { dnatTarget } from './targets/dnat.js';
import { snatTarget } from './targets/snat.js';
import { masqueradeTarget } from './targets/masquerade.js';
import { redirectTarget } from './targets/redirect.js';
import { netmapTarget } from './targets/netmap.js';
import { markTarget } from './targets/mark.js';
import { connmarkTarget } from './targets/connmark.js';
import { ctTarget } from './targets/ct.js';
import { notrackTarget } from './targets/notrack.js';
import { logTarget } from './targets/log.js';
import { nflogTarget } from './targets/nflog.js';
import { ulogTarget } from './targets/ulog.js';
import { tcpmssTarget } from './targets/tcpmss.js';
import { tcpoptstripTarget } from './targets/tcpoptstrip.js';
import { ttlTarget } from './targets/ttl.js';
import { hlTarget } from './targets/hl.js';
import { dscpTarget } from './targets/dscp.js';
import { tosTarget } from './targets/tos.js';
import { traceTarget } from './targets/trace.js';
import { checksumTarget } from './targets/checksum.js';
import { classifyTarget } from './targets/classify.js';
import { auditTarget } from './targets/audit.js';
import { clusteripTarget } from './targets/clusterip.js';
import { connsecmarkTarget } from './targets/connsecmark.js';
import { secmarkTarget } from './targets/secmark.js';
import { ecnTarget } from './targets/ecn.js';
import { hmarkTarget } from './targets/hmark.js';
import { idletimerTarget } from './targets/idletimer.js';
import { ledTarget } from './targets/led.js';
import { nfqueueTarget } from './targets/nfqueue.js';
import { rateestTarget } from './targets/rateest.js';
import { setTarget } from './targets/set.js';
import { snptTarget } from './targets/snpt.js';
import { dnptTarget } from './targets/dnpt.js';
import { synproxyTarget } from './targets/synproxy.js';
import { teeTarget } from './targets/tee.js';
import { tproxyTarget } from './targets/tproxy.js';
import { verdicts } from './targets/verdicts.js';

const bothFamilies: readonly MatchExtension[] = [
  builtin,
  tcp,
  udp,
  udplite,
  dccp,
  sctp,
  multiport,
  conntrack,
  state,
  addrtype,
  mark,
  connmark,
  comment,
  set,
  iprange,
  mac,
  pkttype,
  length,
  physdev,
  owner,
  statistic,
  limit,
  hashlimit,
  connlimit,
  connbytes,
  quota,
  recent,
  rpfilter,
  socket,
  string,
  u32,
  bpf,
  time,
  dscp,
  tos,
  ecn,
  esp,
  ipcomp,
  helper,
  realm,
  rateest,
  cgroup,
  cluster,
  cpu,
  devgroup,
  nfacct,
  osf,
  policy,
  connlabel,
  ipvs,
  tcpmss,
  geoip,
];
const ipv4Only: readonly MatchExtension[] = [icmp, ttl, ah4];
const ipv6Only: readonly MatchExtension[] = [icmp6, hl, ah6, frag, rt, hbh, dst, mh, eui64, ipv6header, srh];

/** Every match known, those of one family included. */
export const allMatches: readonly MatchExtension[] = [...bothFamilies, ...ipv4Only, ...ipv6Only];

/** Every target known; ACCEPT, DROP, RETURN and QUEUE among them. */
export const allTargets: readonly TargetExtension[] = [
  ...verdicts,
  rejectTarget,
  dnatTarget,
  snatTarget,
  masqueradeTarget,
  redirectTarget,
  netmapTarget,
  markTarget,
  connmarkTarget,
  ctTarget,
  notrackTarget,
  logTarget,
  nflogTarget,
  ulogTarget,
  tcpmssTarget,
  tcpoptstripTarget,
  ttlTarget,
  hlTarget,
  dscpTarget,
  tosTarget,
  traceTarget,
  checksumTarget,
  classifyTarget,
  auditTarget,
  clusteripTarget,
  connsecmarkTarget,
  secmarkTarget,
  ecnTarget,
  hmarkTarget,
  idletimerTarget,
  ledTarget,
  nfqueueTarget,
  rateestTarget,
  setTarget,
  snptTarget,
  dnptTarget,
  synproxyTarget,
  teeTarget,
  tproxyTarget,
];

/** The options that iptables itself reads: -s -d -i -o -p -f. */
export const builtinOptions: OptionSyntax = builtin.options;

function byName(matches: readonly MatchExtension[]): ReadonlyMap<string, MatchExtension> {
  return new Map(matches.flatMap((match) => [match.name, ...(match.aliases ?? [])].map((name) => [name, match] as const)));
}

const matchesOf: Readonly<Record<Family, ReadonlyMap<string, MatchExtension>>> = {
  4: byName([...bothFamilies, ...ipv4Only]),
  6: byName([...bothFamilies, ...ipv6Only]),
};
const targets: ReadonlyMap<string, TargetExtension> = new Map(allTargets.map((target) => [target.name, target]));

/**
 * @param name as after `-m`; empty for the options of iptables itself.
 * @returns the match, or undefined where the family's command knows none of the name.
 */
export function findMatch(name: string, family: Family): MatchExtension | undefined {
  return matchesOf[family].get(name);
}

/**
 * @param proto the number after `-p`.
 * @returns the match that iptables loads of itself for an option it does not know: `-p tcp --dport 80` (command_default).
 */
export function implicitMatch(proto: number, family: Family): MatchExtension | undefined {
  const name = builtinProtocolModule(proto);
  return name === undefined ? undefined : findMatch(name, family);
}

/** @returns the target of that name, or undefined: then it is a chain or not known. */
export function findTarget(name: string): TargetExtension | undefined {
  return targets.get(name);
}
