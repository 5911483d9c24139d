import { of } from './of.js';

const COLLECT = 'Collect the listing that the answer names (`dtrace-path collect`, or the command that stands beside it) and ask again.';

/** Causes at the receiver, on the way back, of proxies, and what is not known (DTP-4xx to 9xx). */
export const AT_THE_END = {
  'no-listener': of(
    'nothing listens on the port',
    'The packet arrives, and no program waits for it on that port.',
    'Start the program, or ask for a port on which one listens; one bound to 127.0.0.1 is heard inside its container alone.',
  ),
  'port-held': of(
    'dockerd holds the port and never answers on it',
    'Docker keeps the port so that nobody else takes it; rules lead clients past it to the container.',
    'Ask from where those rules apply: from outside, or by another address of the host.',
  ),
  'echo-ignored': of(
    'echo requests are ignored (`icmp_echo_ignore_all`)',
    'The destination is told to answer no ping.',
    'Ask for a port instead.',
  ),
  'container-stopped': of(
    'the container is not running',
    'The container is stopped: it has no address and no listener.',
    '`docker start NAME`.',
  ),
  'network-down': of(
    'the bridge of the network is down',
    'The network’s bridge is switched off.',
    '`ip link set BRIDGE up`, or make the network anew.',
  ),
  'network-empty': of('no container is attached to the bridge of the network', 'Nobody is on that network.', 'Start a container on it.'),
  'no-common-family': of(
    'source and service have no address family in common (matrix)',
    'One has IPv4 alone, the other IPv6 alone.',
    'Give one of them an address of the other family.',
  ),
  'all-ports-taken': of(
    'no port is left that nobody listens on (matrix)',
    'Somebody listens on every port.',
    'Ask for one of those ports.',
  ),
  'reply-lost': of(
    'the answer is lost on its way back; only in `within`',
    'The packet arrives, and its answer does not come back.',
    'The cause beside it tells where the answer was lost.',
  ),
  'reply-not-sent': of(
    'the kernel sends no answer',
    'The packet arrives and the kernel keeps silent.',
    'Look at the settings that limit ICMP (icmp_ratelimit, icmp_echo_ignore_broadcasts).',
  ),
  'reply-astray': of(
    'the answer comes to another place, or from another address, than the client waits for',
    'The answer goes elsewhere, or with another source than was asked, and the client ignores it.',
    'Look for a translation that one way meets and the other does not, or for a second uplink.',
  ),
  stalls: of(
    'the handshake completes, and what follows it is lost; only in `within`',
    'The client connects, and then hears nothing: a segment after SYN and SYN-ACK is lost.',
    'Let what is ESTABLISHED through both ways: `-m conntrack --ctstate ESTABLISHED -j ACCEPT`. The cause beside it tells where the segment was lost.',
  ),
  'segment-astray': of(
    'a segment of a connection comes to somebody who does not know the connection',
    'Conntrack saw one direction of the connection alone, and translates what follows as if it were new.',
    'Look for NOTRACK, or a route that one direction meets and the other does not.',
  ),
  proxied: of(
    'a proxy had the connection; only in `within`',
    'A program of the host (docker-proxy) took the connection and opened its own to the container.',
    'The cause beside it tells how that one fared.',
  ),
  'proxy-in-vain': of(
    'a proxy dialled in vain; only in `within`',
    'A proxy of the host took the connection and cannot reach the container.',
    'The cause beside it tells why.',
  ),
  'proxy-unknown': of(
    'a proxy took it, and for which container is not known',
    'A proxy takes the connection; docker inspect would tell for which container.',
    COLLECT,
  ),
  undecided: of(
    'it depends on what no snapshot holds; the reason names both sides',
    'The answer hangs on something that changes or that nobody can see: a rate, the time, a set that packets fill.',
    'Say which side holds with --assume, as the reason writes it.',
  ),
  'too-much': of(
    'there was more to look at than is looked at',
    'The rules lead on further than the tool follows.',
    'Ask for one flow more exactly (--proto, --port, --src).',
  ),
  missing: of(
    'the snapshot lacks what the path goes on in, or a listing that decides',
    'A listing that decides was not collected, or was cut.',
    COLLECT,
  ),
  unresolved: of(
    'an end of the question has no place in the snapshot',
    'An end of the question has no place in the snapshot.',
    'The reason says which, and what it lacks; `inspect` and `topology` list the names that can be asked for.',
  ),
  'sockets-not-listed': of(
    'whether something listens was not collected',
    'The packet arrives; whether a program waits there is in a listing that is not there.',
    COLLECT,
  ),
  ipvs: of(
    'IPVS takes the packet, or may, which is not followed',
    'The kernel’s load balancer takes it, and which back end it chooses is not followed.',
    'Ask for the back end’s own address.',
  ),
  'holder-not-listed': of(
    'whether dockerd serves the port or holds it for a container was not collected',
    'The Engine has the port; docker inspect would tell whether it serves it or keeps it for a container.',
    COLLECT,
  ),
} as const;
