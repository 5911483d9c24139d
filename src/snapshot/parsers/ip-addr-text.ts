import { familyOf, addressBits, parseIp } from '../../address/ip.js';
import type { BridgePort, InterfaceAddress, LinkDetail, NetInterface } from '../../model/link.js';
import { DEVICE, IPROUTE_WORD, LINK_KIND, type NameKind } from '../../names/index.js';
import type { AddrListing } from './addr-listing.js';
import { hiddenByFamily } from './hidden-links.js';
import { detailOf, slavePort, valueAfter, type PortDetail } from './ip-addr-detail.js';
import { ADDRESS_FLAGS, LINK_KINDS, addressScope } from './link-fields.js';
import { EntryCount, type Line, type Parsed, ProblemList, linesOf, parseMac, parseUint, unlessRefused, wordsOf } from './source.js';

interface Header {
  readonly index: number;
  readonly name: string;
  readonly link: string | undefined;
  readonly flags: readonly string[];
}

/** An interface under way; its head line's words may go on in the next line. */
interface Draft {
  readonly header: Header;
  readonly line: number;
  readonly words: string[];
  linkType: string;
  mac: string | undefined;
  netnsId: number | undefined;
  detail: LinkDetail | undefined;
  port: PortDetail | undefined;
  readonly addresses: InterfaceAddress[];
}

const HEADER = /^(\d+): ([^\s:@]+)(?:@([^\s:]+))?: <([^>]*)>(.*)$/;

/** Words of the head line that come with a value. */
const HEAD_VALUES: ReadonlySet<string> = new Set(['mtu', 'qdisc', 'state', 'mode', 'group', 'qlen', 'master', 'vrf']);

/** The shortest lines of an interface and an address, on average: `1: lo: <UP> mtu 65536 …`, `inet 1.1.1.1/32 scope global a`. */
const SHORTEST = 32;

/** `mtu 1500 xdpgeneric/id:45 qdisc …`, with `prog/xdp id 45` in a line below (iproute2, ipaddress.c and iplink_xdp.c). */
const XDP = /^xdp(?:generic|offload|multi)?(?:\/id:\d+)?$/;

/** `ip -N` gives numbers for names (linux/if_arp.h). */
const LINK_TYPES: ReadonlyMap<string, string> = new Map([
  ['1', 'ether'],
  ['772', 'loopback'],
  ['65534', 'none'],
]);

/** What wraps or is cut away and says nothing the model wants. */
const IGNORED =
  /^(?:valid_lft |preferred_lft |prog\/xdp |altname |alias |RX:|TX:|[RT]X errors:|vf \d|link-netns |promiscuity |numtxqueues |addrgenmode |\d[\d\s]*$)/;

function parseHeader(text: string): { header: Header; rest: string } | undefined {
  const found = HEADER.exec(text.trim());
  if (found === null) return undefined;
  const flags = (found[4] ?? '').split(',').filter((flag) => flag !== '');
  return { header: { index: Number(found[1]), name: found[2] ?? '', link: found[3], flags }, rest: found[5] ?? '' };
}

/** `inet 10.0.0.1 peer 10.0.0.2/32 brd … scope global secondary eth0`. */
function parseAddress(words: readonly string[]): InterfaceAddress | undefined {
  const [local = '', length] = (words[1] ?? '').split('/');
  const ip = parseIp(local);
  if (ip === undefined) return undefined;
  const full = addressBits(familyOf(ip));
  const [peerText = '', peerLength] = (valueAfter(words, 'peer') ?? '').split('/');
  const peer = parseIp(peerText);
  const prefixLength = parseUint(length ?? peerLength) ?? full;
  if (prefixLength > full) return undefined;
  const flags = words.slice(2).filter((word) => ADDRESS_FLAGS.has(word));
  const address = { ip, prefixLength, scope: addressScope(valueAfter(words, 'scope')), flags };
  return peer === undefined ? address : { ...address, peer };
}

class AddrText {
  readonly drafts: Draft[] = [];
  private readonly count: EntryCount;

  constructor(private readonly problems: ProblemList) {
    this.count = new EntryCount(problems.file, SHORTEST);
  }

  line(line: Line): void {
    const { text, number } = line;
    const head = parseHeader(text);
    if (head !== undefined || /^\s*inet/.test(text)) this.count.add(number, text.length);
    const draft = this.drafts.at(-1);
    if (head !== undefined) this.start(head.header, head.rest, number);
    else if (draft === undefined || !this.detail(draft, text, number)) this.problems.add(number, text, 'not a line of ip addr');
  }

  private start(header: Header, rest: string, line: number): void {
    this.drafts.push({
      header,
      line,
      words: wordsOf(rest),
      linkType: '',
      mac: undefined,
      netnsId: undefined,
      detail: undefined,
      port: undefined,
      addresses: [],
    });
  }

  /** Tells of a last interface that lacks the line which all before it have. */
  end(): void {
    const last = this.drafts.at(-1);
    if (last === undefined || last.linkType !== '' || this.drafts.length < 2) return;
    if (this.drafts.every((draft) => draft === last || draft.linkType !== ''))
      this.problems.cut(last.line, last.header.name, 'the listing ends before the link and addresses of this interface: it was cut');
  }

  /** @returns whether an indented line was understood. */
  private detail(draft: Draft, text: string, number: number): boolean {
    const words = wordsOf(text);
    const first = words[0] ?? '';
    if (first.startsWith('link/')) return this.link(draft, words);
    if (first === 'inet' || first === 'inet6') return this.address(draft, words, text, number);
    if (first === 'bridge_slave') draft.port = slavePort(words);
    else if (LINK_KINDS.has(first)) draft.detail = detailOf(first, words);
    else if (/^(?:bond|vrf|team)_slave$/.test(first) || IGNORED.test(text.trim())) return true;
    else return this.wrapped(draft, words);
    return true;
  }

  private link(draft: Draft, words: readonly string[]): boolean {
    const type = (words[0] ?? '').slice('link/'.length).replace(/^\[(\d+)\]$/, '$1');
    draft.linkType = LINK_TYPES.get(type) ?? type;
    draft.mac = parseMac(words[1]);
    draft.netnsId = parseUint(valueAfter(words, 'link-netnsid'));
    return true;
  }

  /** A page that cut the address away (`inet6 ...`) is passed over only where it says so. */
  private address(draft: Draft, words: readonly string[], text: string, number: number): boolean {
    const address = parseAddress(words);
    if (address !== undefined && words[1] !== '::') draft.addresses.push(address);
    else this.problems.add(number, text, 'the address was cut from the listing: it is not known');
    return true;
  }

  /** The rest of a head line that a page's edge broke: only before `link/…`, only words such a line holds. */
  private wrapped(draft: Draft, words: readonly string[]): boolean {
    const goesOn = HEAD_VALUES.has(draft.words.at(-1) ?? '') || HEAD_VALUES.has(words[0] ?? '');
    if (draft.linkType !== '' || !goesOn) return false;
    draft.words.push(...words);
    return true;
  }
}

function linkTo(draft: Draft, byName: ReadonlyMap<string, number>): Pick<NetInterface, 'linkIndex' | 'linkName' | 'linkNetnsId'> {
  const { link } = draft.header;
  if (link === undefined || link === 'NONE') return {};
  const netns = draft.netnsId === undefined ? {} : { linkNetnsId: draft.netnsId };
  const numbered = /^if(\d+)$/.exec(link)?.[1];
  if (numbered !== undefined && !byName.has(link)) return { linkIndex: Number(numbered), ...netns };
  const linkIndex = byName.get(link);
  return { ...(linkIndex === undefined ? {} : { linkIndex }), linkName: link, ...netns };
}

function kindOf(draft: Draft): LinkDetail {
  if (draft.detail !== undefined) return draft.detail;
  const { flags } = draft.header;
  if (draft.linkType === 'loopback' || flags.includes('LOOPBACK')) return { kind: 'loopback' };
  return draft.linkType === 'ether' || draft.linkType === '' ? { kind: 'ether' } : { kind: 'other', name: draft.linkType };
}

/** @throws RefusedEntry where it, or what it stands on, is called as no interface can be. */
function checkNames(draft: Draft, master: string | undefined, group: string | undefined, problems: ProblemList): void {
  const { name, link } = draft.header;
  const { detail } = draft;
  const check = (kind: NameKind, text: string | undefined): void => {
    if (text !== undefined) problems.name(kind, text, draft.line, `${name}: ${text}`);
  };
  for (const device of [name, link, master]) check(DEVICE, device);
  check(IPROUTE_WORD, group);
  if (draft.linkType !== '') check(LINK_KIND, draft.linkType);
  if (detail?.kind === 'macvlan' || detail?.kind === 'ipvlan') check(LINK_KIND, detail.mode);
}

function finish(draft: Draft, byName: ReadonlyMap<string, number>, problems: ProblemList): NetInterface {
  const { header, words } = draft;
  const master = valueAfter(words, 'master');
  const operstate = valueAfter(words, 'state');
  const group = valueAfter(words, 'group');
  checkNames(draft, master, group, problems);
  return {
    name: header.name,
    index: header.index,
    up: header.flags.includes('UP'),
    carrier: header.flags.includes('LOWER_UP'),
    flags: header.flags,
    mtu: parseUint(valueAfter(words, 'mtu')) ?? 1500,
    ...(draft.mac === undefined ? {} : { mac: draft.mac }),
    detail: kindOf(draft),
    ...linkTo(draft, byName),
    ...(master === undefined ? {} : { master }),
    ...(operstate === undefined ? {} : { operstate }),
    ...(group === undefined ? {} : { group }),
    ...(words.some((word) => XDP.test(word)) && { xdp: true as const }),
    addresses: draft.addresses,
    origin: problems.at(draft.line),
  };
}

/** Reads `ip [-d] addr show`, also wrapped at a page's edge or cut (`inet6 ...`). */
export function parseAddrText(text: string, file: string): Parsed<AddrListing> {
  const problems = new ProblemList(file);
  const reader = new AddrText(problems);
  for (const line of linesOf(text)) reader.line(line);
  reader.end();
  const byName = new Map(reader.drafts.map((draft) => [draft.header.name, draft.header.index]));
  const read = reader.drafts.flatMap((draft) => {
    const iface = unlessRefused(() => finish(draft, byName, problems));
    return iface === undefined ? [] : [{ iface, port: draft.port }];
  });
  const ports = read.flatMap(({ iface: { name, master, origin }, port }): BridgePort[] =>
    port === undefined || master === undefined ? [] : [{ iface: name, bridge: master, ...port, origin }],
  );
  const interfaces = read.map(({ iface }) => iface);
  const linkShown = reader.drafts.some((draft) => draft.linkType !== '');
  return { data: { interfaces, ports }, problems: problems.list, ...hiddenByFamily(interfaces, linkShown) };
}
