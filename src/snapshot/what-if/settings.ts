import { familyOf, formatPrefix, parseIp, parsePrefix, type Family } from '../../address/ip.js';
import type { Host } from '../../model/host.js';
import type { Route } from '../../model/link.js';
import { parseRouteText } from '../parsers/ip-route-text.js';
import { refuse, withNetns, type Change } from './change.js';

/** `sysctl [-w] NAME=VALUE …`; `net/ipv4/ip_forward` is read as well. Writing `all` or ip_forward reaches every device, as the kernel does. */
export function applySysctl(host: Host, change: Change): Host {
  const pairs = change.words.slice(1).filter((word) => word !== '-w' && word !== '-q');
  if (pairs.length === 0) refuse(change, 'write it as sysctl NAME=VALUE');
  return pairs.reduce((sofar, pair) => {
    const [, written = '', value = ''] = /^([\w./:@-]+)\s*=\s*(\S+)$/.exec(pair) ?? refuse(change, `"${pair}" is not NAME=VALUE`);
    const name = written.includes('/') && !written.includes('.') ? written.replaceAll('/', '.') : written;
    if (!name.startsWith('net.')) refuse(change, `${name} has no part in a packet's path: settings begin with net.`);
    return withNetns(sofar, change.netns, (netns) => {
      const sysctl = new Map(netns.sysctl).set(name, { value, origin: change.origin });
      for (const key of spread(name, sysctl.keys())) sysctl.set(key, { value, origin: change.origin });
      return { ...netns, sysctl };
    });
  }, host);
}

/** inet_forward_change, addrconf_fixup_forwarding: settings that the kernel copies to every device. */
function spread(name: string, keys: Iterable<string>): readonly string[] {
  const v4 = name === 'net.ipv4.ip_forward' || name === 'net.ipv4.conf.all.forwarding';
  const v6 = name === 'net.ipv6.conf.all.forwarding';
  if (!v4 && !v6) return [];
  const shape = v4 ? /^net\.ipv4\.(?:ip_forward|conf\..+\.forwarding)$/ : /^net\.ipv6\.conf\..+\.forwarding$/;
  return [...keys].filter((key) => shape.test(key));
}

function readRoute(change: Change, family: Family, words: readonly string[]): Route {
  const { data, problems } = parseRouteText(`${words.join(' ')}\n`, change.origin.file, family);
  const [route] = data;
  if (route === undefined || problems.length > 0) refuse(change, problems[0]?.message ?? 'this is no route');
  return { ...route, origin: change.origin };
}

/** The device whose network holds the gateway, as the kernel would find it. */
function withDevice(host: Host, change: Change, route: Route): Route {
  const nexthops = route.nexthops.map((hop) => {
    if (hop.dev !== undefined || hop.via === undefined) return hop;
    const { via } = hop;
    const onLink = host.netns.get(change.netns)?.interfaces.find((i) => i.addresses.some((a) => holds(a.ip, a.prefixLength, via)));
    return onLink === undefined
      ? refuse(change, 'the gateway is on no network of an interface; name the device: dev DEV')
      : { ...hop, dev: onLink.name };
  });
  return { ...route, nexthops };
}

function holds(ip: number | bigint, length: number, via: number | bigint): boolean {
  if (typeof ip !== typeof via) return false;
  const shift = BigInt((typeof ip === 'number' ? 32 : 128) - length);
  return BigInt(ip) >> shift === BigInt(via) >> shift;
}

const sameRoute = (a: Route, b: Route): boolean =>
  a.family === b.family && a.table === b.table && formatPrefix(a.dst) === formatPrefix(b.dst);

/** A route to be deleted names what it must have; what it leaves out may be anything (fib_table_delete). */
function isMeant(route: Route, wanted: Route, words: readonly string[]): boolean {
  if (!sameRoute(route, wanted)) return false;
  const [hop] = wanted.nexthops;
  if (words.includes('metric') && route.metric !== wanted.metric) return false;
  return (
    route.nexthops.some((n) => (hop?.via === undefined || n.via === hop.via) && (hop?.dev === undefined || n.dev === hop.dev)) ||
    route.nexthops.length === 0
  );
}

/** `ip [-6] route add|replace|append|del ROUTE`. */
export function applyRoute(host: Host, change: Change): Host {
  const words = change.words.slice(1);
  const wantsV6 = words[0] === '-6';
  const [object = '', verb = '', ...rest] = words[0]?.startsWith('-') ? words.slice(1) : words;
  if (!'route'.startsWith(object) || object === '') refuse(change, 'of ip, route add, route replace and route del are understood');
  const address = rest.map((word) => parseIp(word) ?? parsePrefix(word)?.addr).find((ip) => ip !== undefined);
  const family: Family = wantsV6 || (address !== undefined && familyOf(address) === 6) ? 6 : 4;
  const wanted = readRoute(change, family, rest);
  return withNetns(host, change.netns, (netns) => {
    const { routes } = netns;
    switch (verb) {
      case 'add':
      case 'append':
      case 'replace': {
        const kept = verb === 'replace' ? routes.filter((route) => !(sameRoute(route, wanted) && route.metric === wanted.metric)) : routes;
        if (verb === 'add' && routes.some((route) => sameRoute(route, wanted) && route.metric === wanted.metric))
          refuse(change, 'the table has a route to that destination already (File exists); use replace');
        return { ...netns, routes: [...kept, withDevice(host, change, wanted)] };
      }
      case 'del':
      case 'delete': {
        const at = routes.findIndex((route) => isMeant(route, wanted, rest));
        return at < 0 ? refuse(change, 'there is no such route') : { ...netns, routes: routes.toSpliced(at, 1) };
      }
      default:
        return refuse(change, `"ip route ${verb}" is not understood; add, replace and del are`);
    }
  });
}
