import { of } from './of.js';

const LOOK_AT_RULE = 'The line behind the code is the rule: `explain FILE:LINE` tells what it asks, whose it is and who meets it.';
const COLLECT = 'Collect the listing that the answer names (`dtrace-path collect`, or the command that stands beside it) and ask again.';

/** Causes between the sender and the receiver: who answers, rules, routing, links (DTP-0xx to 3xx). */
export const ON_THE_WAY = {
  answered: of(
    'a listener answers',
    'A program listens there, and its answer finds the way back.',
    'Nothing is wrong: `audit` tells who else comes there.',
  ),
  'echo-answered': of(
    'a namespace answers an echo request',
    'The kernel of the destination answers a ping by itself.',
    'Nothing is wrong; a ping tells nothing of ports: ask with --port.',
  ),
  'left-host': of(
    'the packet left by an uplink; what lies beyond is not in the snapshot',
    'This host lets the packet out. Routers and firewalls behind it, and whether the far end answers, are not in the snapshot.',
    'Look where the packet leaves and with which source address; ask the network beyond for the rest.',
  ),
  rule: of(
    'a rule dropped or rejected it',
    'A rule of a firewall matched the packet and ended its way: DROP without a word, REJECT with an answer.',
    LOOK_AT_RULE,
  ),
  'chain-policy': of(
    'no rule matched, and the policy of the base chain is DROP',
    'A chain of the firewall turns away whatever none of its rules lets through, and none lets this through.',
    'Add a rule that does, with the program that keeps the firewall; an answer lists those that the model can try.',
  ),
  'no-socket-for-tproxy': of(
    'TPROXY found no socket to give the packet to',
    'A rule hands the packet to a local proxy, and no proxy listens there.',
    'Start the proxy, or take the rule away.',
  ),
  'no-address-to-translate-to': of(
    'MASQUERADE, NETMAP or REDIRECT found no address on the device',
    'A rule would give the packet an address of a device, and the device has none of this family.',
    'Give the device an address, or narrow the rule.',
  ),
  'tproxy-not-routed': of(
    'TPROXY gave it to a socket, and no policy rule leads it there',
    'A rule hands the packet to a local proxy, but routing sends it on, past the proxy.',
    'TPROXY needs `ip rule add fwmark N lookup T` and `ip route add local default dev lo table T`.',
  ),
  'rules-not-listed': of(
    'rules that no listing shows, taken to drop it (a side of an open question)',
    'There are rules that nothing collected shows; one of them may drop it.',
    COLLECT,
  ),
  'no-route': of(
    'no table has a route',
    'The machine does not know where the destination is.',
    'Compare `ip route` with the destination; a container on an internal network has no default route.',
  ),
  'route-refuses': of(
    'a route or policy rule says blackhole, prohibit or unreachable, or the look-up failed another way',
    'Somebody told the machine by a route not to send there.',
    '`ip route` and `ip rule` name the entry; the answer gives its line.',
  ),
  'forwarding-off': of(
    'the namespace does not forward',
    'The machine passes nothing on from one interface to another.',
    'Set net.ipv4.ip_forward (or the device’s own forwarding) to 1; Docker needs it.',
  ),
  'rp-filter': of(
    'the reverse-path filter',
    'The kernel drops a packet that came in by another interface than the one by which it would answer.',
    'Set rp_filter of the interface to 2 (loose), or mend the route back.',
  ),
  martian: of(
    'a source or destination that may not come in',
    'The address may never come in by this interface: loopback, a broadcast, or the machine’s own.',
    'Look who sends with that address.',
  ),
  'ttl-exceeded': of(
    'TTL or hop limit used up',
    'The packet has passed as many routers as it may.',
    'Look for a circle of routes, or for a sender with a small TTL.',
  ),
  'beyond-scope': of(
    'a link-local source is not forwarded',
    'fe80:: and 169.254 addresses stay on their link.',
    'Send from a global address.',
  ),
  'no-source-address': of(
    'the sender has no address to send from',
    'The sender has no address of the destination’s family.',
    'Put it on a network that has one, or ask for the other family.',
  ),
  'broadcast-destination': of(
    'TCP to a broadcast address',
    'TCP talks to one machine; this is the address of all.',
    'Ask for one address.',
  ),
  'not-addressed-here': of(
    'a frame for another station is not forwarded',
    'The frame was meant for another station of the link.',
    'Look at the neighbour table of the sender.',
  ),
  'reset-not-routed': of(
    'the reset that would refuse it has no way',
    'Nobody listens, and even the refusal finds no way back.',
    'Mend the route to the client.',
  ),
  'link-down': of(
    'a device, bridge or port is down',
    'A link on the way is switched off.',
    '`ip link set DEV up`, or look why it went down.',
  ),
  'no-carrier': of(
    'a link without carrier',
    'A link on the way has no other end: no cable, or no container behind the bridge.',
    'Start what belongs behind it.',
  ),
  'no-neighbour': of(
    'nobody answers for the next hop',
    'The next machine on the link does not answer to its address.',
    'Look whether it runs, and whether it has that address.',
  ),
  circle: of(
    'the packet goes in a circle',
    'Routes or bridges lead the packet round and round.',
    'Look at the devices that repeat in the path.',
  ),
  'port-state': of(
    'a bridge port does not forward',
    'Spanning tree, or somebody, has closed a port of the bridge.',
    '`bridge link` tells the state of each port.',
  ),
  'hairpin-off': of(
    'back by the port it came from, without hairpin mode',
    'A bridge does not send a frame back by the port it came from.',
    'Ask for the container’s own address, or switch hairpin mode on (userland-proxy=false does).',
  ),
  'ports-isolated': of(
    'from one isolated port to another',
    'Both ports of the bridge are isolated: they speak with the others only.',
    '`bridge link set dev PORT isolated off` for one of them.',
  ),
  vlan: of('VLAN filtering, or no device for the tag', 'The frame’s VLAN may not pass there.', '`bridge vlan` tells which may.'),
  'no-port': of(
    'the bridge has no port for it',
    'Nothing is plugged into the bridge that could take the frame.',
    'Look whether the container runs and is on that network.',
  ),
  'dead-end': of(
    'a dummy, a tunnel without another end, a bridge that sends to itself',
    'The device leads nowhere.',
    'Look at the route that chose it.',
  ),
  'other-station': of(
    'the frame is addressed to another station',
    'The link-layer address is of another machine, so this one does not take the frame.',
    'Flush the sender’s neighbour table.',
  ),
  'bridge-not-routed': of(
    'a destination translated on a bridge has no route',
    'A rule changed the destination while the frame crossed a bridge, and there is no route to the new one.',
    'Narrow the rule, or add the route.',
  ),
} as const;
