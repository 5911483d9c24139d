import pc from 'picocolors';
import type { InspectedBridge, InspectedInterface, InspectedNetns, Inspection, LinkEnd } from '../model/inspection.js';
import type { TakenPart } from '../model/intake.js';
import { isHostNetns } from '../model/netns.js';
import { escapeTerminal } from './escape.js';
import { hostGroundTexts } from './unread.js';
import { count, endpoint, place } from './words.js';

type Colors = ReturnType<typeof pc.createColors>;
type Row = readonly string[];

const asIs = (row: Row): Row => row;

/** @returns items as rows in columns, two spaces in, without trailing blanks. Rows are made twice and not kept: there may be many. */
function columnsOf<T>(items: readonly T[], rowOf: (item: T) => Row): readonly string[] {
  const widths: number[] = [];
  for (const item of items)
    rowOf(item).forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, escapeTerminal(cell).length)));
  const line = (row: Row): string =>
    `  ${row.map((cell, column) => escapeTerminal(cell).padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  return items.map((item) => line(rowOf(item)));
}

function section<T>(colors: Colors, title: string, items: readonly T[], rowOf: (item: T) => Row): readonly string[] {
  return items.length === 0 ? [] : ['', colors.bold(escapeTerminal(title)), ...columnsOf(items, rowOf)];
}

function stateOf(device: { readonly up: boolean; readonly carrier: boolean }): string {
  if (!device.up) return 'down';
  return device.carrier ? 'up' : 'no carrier';
}

function linkText(link: LinkEnd | undefined): string {
  if (link === undefined) return '';
  if (link.how === 'elsewhere') return `↔ interface ${link.index} of another namespace, which the snapshot does not show`;
  return link.how === 'peer' ? `↔ ${link.netns}/${link.iface}` : `on ${link.iface}`;
}

function interfaceRow(iface: InspectedInterface): Row {
  const master = iface.master === undefined ? '' : `port of ${iface.master}`;
  const where = [linkText(iface.link), master].filter((text) => text !== '').join(', ');
  return [String(iface.index), iface.name, iface.kind, stateOf(iface), iface.addresses.join(' '), where];
}

function listenerRow({ proto, address, port, process, origin }: InspectedNetns['listeners'][number]): Row {
  return [proto, endpoint(address, port), process ?? '', place(origin)];
}

function family(number: 4 | 6): string {
  return number === 4 ? 'IPv4' : 'IPv6';
}

function namespaceLines(colors: Colors, netns: InspectedNetns): string[] {
  const routes = netns.routes.map((r) => `${r.routes} ${family(r.family)} in table ${r.table}`).join(', ');
  const facts: Row[] = [
    ['routes', routes === '' ? 'none' : routes],
    ['policy rules', String(netns.policyRules)],
    ...netns.ipsets.map((set): Row => ['ipset', `${set.name} ${set.type}, ${count(set.members, 'member')}`]),
    ...netns.foreign.map((f): Row => [
      'nftables',
      `${f.chain}: hook ${f.hook}, priority ${f.priority}, ${count(f.rules, 'rule')}${f.evaluated ? '' : ' (not evaluated)'}`,
    ]),
    ...(netns.missing.length === 0 ? [] : [['not listed', netns.missing.join(', ')]]),
  ];
  const tables = netns.tables.map((t): Row => [
    family(t.family),
    t.table,
    count(t.rules, 'rule'),
    count(t.chains, 'chain'),
    t.backend,
    t.file,
  ]);
  return [
    ...section(colors, `Namespace ${netns.name}`, netns.interfaces, interfaceRow),
    ...(netns.interfaces.length === 0 ? ['', colors.bold(escapeTerminal(`Namespace ${netns.name}`)), '  no interfaces listed'] : []),
    ...columnsOf(facts, asIs),
    ...section(colors, `Listeners in ${netns.name}`, netns.listeners, listenerRow),
    ...section(colors, `Rules in ${netns.name}`, tables, asIs),
  ];
}

/** `paste.txt:12-40  ip addr  host/ip-addr`, or why it is not used. */
function partRow({ file, from, to, kind, command, place: taken, why }: TakenPart): Row {
  const lines = to > from ? `${from}-${to}` : String(from);
  const used = taken ?? (kind === undefined ? 'left over' : 'not used');
  return [from === 0 ? file : `${file}:${lines}`, kind ?? '', used, why ?? command ?? ''];
}

function bridgeRows(bridge: InspectedBridge): Row[] {
  const carries = [bridge.subnets.join(' '), bridge.network === undefined ? '' : `network ${bridge.network}`];
  const head: Row = [
    isHostNetns(bridge.netns) ? bridge.name : `${bridge.netns}/${bridge.name}`,
    stateOf(bridge),
    carries.filter((text) => text !== '').join(', '),
  ];
  if (bridge.ports.length === 0) return [head, ['  no ports', '', '']];
  return [head, ...bridge.ports.map((port): Row => [`  ${port.iface}`, [port.state, ...port.flags].join(', '), linkText(port.link)])];
}

function problemLines(colors: Colors, inspection: Inspection): string[] {
  const { problems } = inspection;
  const grounds = hostGroundTexts(inspection).map((text) => `  ${escapeTerminal(text)}`);
  const passed = inspection.namespaces.flatMap((ns) => ns.foreign.filter((f) => !f.evaluated));
  const chains = `${count(passed.length, 'chain')} of nftables ${passed.length === 1 ? 'is' : 'are'} not evaluated: ${passed.map((f) => f.chain).join(', ')}`;
  const besides = [...(passed.length === 0 ? [] : [`  ${escapeTerminal(chains)}`]), ...grounds];
  if (problems.length === 0) {
    const whole = passed.length === 0 && inspection.unread === undefined;
    const told = whole
      ? colors.green('Every line was understood.')
      : colors.yellow('Every line that is used was understood; the above is not known.');
    return ['', ...besides, told];
  }
  const lines = problems.flatMap(({ origin, text, message }) => [
    `  ${colors.yellow(escapeTerminal(place(origin)))}: ${escapeTerminal(message)}`,
    ...(text === '' ? [] : [colors.dim(`      ${escapeTerminal(text)}`)]),
  ]);
  return ['', colors.bold(colors.yellow(`Not understood (${problems.length})`)), ...lines, ...besides];
}

/** @returns what a snapshot was understood to hold, for a person. */
export function renderInspection(inspection: Inspection, options: { readonly color: boolean }): string {
  const colors = pc.createColors(options.color);
  const { meta } = inspection;
  const title = [meta.hostname ?? 'host', meta.kernel && `Linux ${meta.kernel}`, meta.docker && `Docker ${meta.docker}`, meta.collectedAt]
    .filter(Boolean)
    .join(', ');
  const socketsKnown = inspection.namespaces.some((ns) => isHostNetns(ns.name) && ns.sources.some((source) => source.kind === 'sockets'));
  const containers = inspection.containers.map((c): Row => [
    c.name,
    c.id.slice(0, 12),
    c.running ? 'running' : 'stopped',
    c.endpoints.map((e) => `${e.network} ${e.addresses.join(' ')}`.trim()).join(', ') || c.networkMode,
    c.netns === c.name ? '' : `in the namespace of ${c.netns}`,
    c.netnsListed || !c.running ? '' : 'its namespace is not in the snapshot',
  ]);
  const networks = inspection.networks.map((n): Row => [
    n.name,
    n.id.slice(0, 12),
    n.driver,
    n.bridge ?? '',
    n.subnets.join(' '),
    n.internal ? 'internal' : '',
    n.containers.join(' '),
  ]);
  const published = inspection.published.map((p): Row => [
    endpoint(p.hostAddress, p.hostPort),
    '→',
    `${p.container} ${p.containerPort}/${p.proto}`,
    p.listener === undefined ? (socketsKnown ? 'no process listens' : '') : `${p.listener} listens`,
  ]);
  return [
    colors.bold(escapeTerminal(title)),
    ...section(colors, 'Taken for', inspection.parts ?? [], partRow),
    ...inspection.namespaces.flatMap((netns) => namespaceLines(colors, netns)),
    ...section(colors, 'Bridges', inspection.bridges.flatMap(bridgeRows), asIs),
    ...section(colors, 'Networks', networks, asIs),
    ...section(colors, 'Containers', containers, asIs),
    ...section(colors, 'Published ports', published, asIs),
    ...section(colors, 'Captures', inspection.captures, (c): Row => [
      c.netns,
      c.iface,
      c.file,
      c.known ? '' : 'no such place in the snapshot',
    ]),
    ...problemLines(colors, inspection),
    '',
  ].join('\n');
}
