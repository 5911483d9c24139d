import { LOOSE_FILES } from '../loose.js';
import { parseCall } from './call.js';
import type { Call, Recogniser } from './piece.js';
import { RECOGNISERS } from './recognisers/index.js';
import { isConfiguration } from './recognisers/configuration.js';

/** What people run between listings; a `#` or `$` before another word may be anything. */
const PROGRAMS: ReadonlySet<string> = new Set(
  (
    'ip iptables ip6tables iptables-save ip6tables-save iptables-legacy ip6tables-legacy iptables-nft nft ipset bridge brctl ss netstat sysctl docker podman ' +
    'docker-compose kubectl nerdctl cat ls cd ping ping6 curl wget nc ncat telnet dig nslookup host traceroute tracepath mtr tcpdump conntrack systemctl service ' +
    'journalctl dmesg uname ifconfig route arp ps lsof ethtool nmcli networkctl ufw firewall-cmd ipvsadm wg grep echo exit sudo su ssh nsenter lsb_release ' +
    'hostname uptime id whoami date apt apt-get yum dnf apk vi vim nano reboot modprobe lsmod ansible helm crictl ctr incus lxc env export sed awk head tail tee'
  ).split(' '),
);

/** @returns the kind of listing that a command prints; undefined where none is known. */
export function printerOf(call: Call): Recogniser | undefined {
  return RECOGNISERS.find((recogniser) => recogniser.printedBy(call));
}

/** @returns the call that a text is, where its command prints a listing that is known. */
export function listingCallIn(text: string): Call | undefined {
  const call = parseCall(text);
  if (call === undefined) return undefined;
  return printerOf(call) !== undefined || (call.program === '' && /^(?:sudo |docker )?\S*(?:ip|iptables|docker|nsenter|nft)\b/.test(text))
    ? call
    : undefined;
}

/** @returns the call that a text is, where it begins with a program that people run and prints a listing that is known. */
export function knownCall(text: string): Call | undefined {
  const call = plausibleCall(text);
  return call !== undefined && printerOf(call) !== undefined ? call : undefined;
}

/** @returns the call that a text is, where it begins with a program that people run. */
export function plausibleCall(text: string): Call | undefined {
  const call = parseCall(text);
  if (call === undefined) return undefined;
  const first = text.trim().split(/\s+/)[0] ?? '';
  return PROGRAMS.has(call.program) || PROGRAMS.has(first.slice(first.lastIndexOf('/') + 1)) ? call : undefined;
}

const EXTENSION = /\.(?:txt|log|out|json|text|lst|md|conf|rules|save)$/i;

/** `ip [-j -d] addr show` without what may be left out. */
const withoutChoices = (printedBy: string): string =>
  printedBy
    .split(' [')
    .map((part) => part.slice(part.indexOf(']') + 1))
    .join('');

/** Files of a snapshot of the project's own, wherever they lie: what printed them, by folder and stem. */
const OWN_FILES: ReadonlyMap<string, string> = new Map([
  ...[...LOOSE_FILES.values()].map(({ place, printedBy }) => [place.replace(/\.\w+$/, ''), withoutChoices(printedBy)] as const),
  ['host/bridge-link', 'bridge -d link show'],
  ['docker/version', 'docker version'],
  ['docker/info', 'docker info'],
]);

/** `netns/web/ip-addr.json`, in whatever folder. */
function ownCall(path: string): Call | undefined {
  const [, folder = '', netns, stem = ''] = /(?:^|\/)(host|docker|netns\/([^/]+))\/([\w-]+)\.(?:txt|json|conf)$/.exec(path) ?? [];
  const command = OWN_FILES.get(`${folder === 'docker' ? 'docker' : 'host'}/${stem}`);
  const call = command === undefined ? undefined : listingCallIn(command);
  return call === undefined || netns === undefined ? call : { ...call, netns };
}

/** @returns the call that a file's name is, as sosreport and people name files: `ip_-d_address`, `ip a.txt`. */
export function callOfName(path: string): Call | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (isConfiguration(path)) return { program: 'cat', args: [path], text: path };
  const inProc = /(?:^|\/)proc\/(?:sys|net)\//.exec(path);
  if (inProc !== null) return listingCallIn(`cat /${path.slice(inProc.index).replace(/^\//, '')}`);
  const own = ownCall(path);
  if (own !== undefined) return own;
  const stem = name.replace(EXTENSION, '').replace(/^\d{1,3}[-_. ]+/, '');
  const inNetns = callInNetns(path, stem);
  if (inNetns !== undefined) return inNetns;
  return listingCallIn(stem.replaceAll('_', ' ')) ?? listingCallIn(withBlanks(stem));
}

/** Programs that sosreport runs in each namespace, where the name of that may hold underscores too. */
const IN_NETNS = /^ip_netns_exec_(.{1,128}?)_((?:ip|ip6?tables(?:-save)?|ipset|ss|netstat|nft|sysctl|route|bridge|ifconfig)(?:_.*)?)$/;

/** `namespaces/lb_1/ip_netns_exec_lb_1_ip_route_show_table_all`: the folder, where there is one, tells where the name ends. */
function callInNetns(path: string, stem: string): Call | undefined {
  const folder = path.split('/').at(-2) ?? '';
  const start = `ip_netns_exec_${folder}_`;
  const [, netns = '', command = ''] = stem.startsWith(start) ? ['', folder, stem.slice(start.length)] : (IN_NETNS.exec(stem) ?? []);
  const call = command === '' ? undefined : listingCallIn(command.replaceAll('_', ' '));
  return call === undefined ? undefined : { ...call, netns };
}

/** `iptables-t-nat-L-nv`, `nft-list-table-ip-raw`: names in which a hyphen stands for a blank. */
function withBlanks(stem: string): string {
  const [, program, table, list, more = ''] = /^(ip6?tables)-(?:t-([a-z]+)-)?([LS])((?:-[a-z]+)*)$/.exec(stem) ?? [];
  if (program !== undefined) return `${program}${table === undefined ? '' : ` -t ${table}`} -${list ?? ''}${more.replaceAll('-', ' -')}`;
  return /^nft-list-/.test(stem) ? stem.replaceAll('-', ' ') : '';
}
