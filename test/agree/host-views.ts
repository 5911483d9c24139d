import { formatIp } from '../../src/address/ip.js';
import { auditMachine } from '../../src/audit/engine.js';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import { explain } from '../../src/explain/index.js';
import type { Host } from '../../src/model/host.js';
import type { Matrix, MatrixResult, MatrixService, MatrixSource } from '../../src/model/reachability.js';
import type { FlowRequest, Trace } from '../../src/model/trace.js';
import { diffReachability } from '../../src/reachability/diff/diff.js';
import { cellWitness, reachabilityMatrix } from '../../src/reachability/matrix.js';
import { checkPolicy } from '../../src/reachability/policy/engine.js';
import { readPolicy } from '../../src/reachability/policy/read.js';
import { Rng } from '../kernel/generate/rng.js';

/** One host, as each of the commands sees it. */
export interface Views {
  readonly machine: Machine;
  readonly matrix: Matrix;
}

export function viewsOf(host: Host): Views {
  const machine = createMachine(host);
  return { machine, matrix: reachabilityMatrix(machine) };
}

const some = ({ reach }: MatrixResult): boolean => reach === 'open' || reach === 'partial';
const cellOf = (matrix: Matrix, source: number, service: number): MatrixResult => matrix.results[matrix.cells[source]![service]!]!;
/** Whether a proxy took the connection and found nobody. */
const inVain = ({ cause }: Pick<Trace, 'cause'>): boolean => cause.within?.includes('proxy-in-vain') === true;
const flowText = ({ from, to, proto, dport }: FlowRequest): string => `${from} → ${to} ${proto ?? ''} ${dport ?? ''}`;
const brackets = (text: string): string => (text.includes(':') ? `[${text}]` : text);

/** Whom the matrix names, by what a flow comes from. */
function rowsOf(matrix: Matrix): readonly { readonly source: MatrixSource; readonly at: number; readonly from: string }[] {
  return matrix.sources.flatMap((source, at) =>
    source.kind === 'container' || source.kind === 'host' ? [{ source, at, from: source.kind === 'host' ? 'host' : source.name }] : [],
  );
}

/** Every socket at every address that others can send to, and every address and port that a rule of NAT or a proxy may answer at. */
function doorsOf({ machine, matrix }: Views): readonly FlowRequest[] {
  const sockets = [...machine.namespaces.values()].flatMap((ns) => {
    const addresses = ns.netns.interfaces.flatMap((i) => i.addresses).filter((a) => a.scope === 'global');
    return ns.netns.sockets.flatMap(({ proto, port }) => addresses.map(({ ip }) => ({ from: '', to: formatIp(ip), proto, dport: port })));
  });
  const published = matrix.services.flatMap(({ proto, port, addresses }) =>
    port === undefined ? [] : addresses.map((to) => ({ from: '', to, proto, dport: port })),
  );
  return [...new Map([...sockets, ...published].map((door) => [flowText(door), door])).values()];
}

/** Who answered: the namespace in which the way there ended, and whether it was somebody else's than the sender's own. */
function takerOf({ steps }: Trace): string | undefined {
  const taken = steps.findLast((step) => !step.reply && step.kind === 'deliver');
  return taken?.netns;
}

/**
 * Every listener that a single flow is answered by is in the matrix, in a cell that is not closed; and a cell's witness comes to what the
 * cell says.
 * @param samples how many flows are asked besides.
 */
export function traceAndMatrix(views: Views, samples: number, seed: number): readonly string[] {
  const { machine, matrix } = views;
  const rng = new Rng(seed);
  const [doors, rows] = [doorsOf(views), rowsOf(matrix)];
  const wrong: string[] = [];
  for (let n = 0; n < samples && doors.length > 0 && rows.length > 0; n++) {
    const { at, from } = rng.pick(rows);
    const request: FlowRequest = { ...rng.pick(doors), from };
    const trace = traceFlow(machine, request);
    // by its own address a namespace is asked by itself
    if (takerOf(trace) === from && !trace.steps.some((s) => s.kind === 'proxy')) continue;
    const fits = ({ proto, port, addresses }: MatrixService): boolean =>
      proto === request.proto && port === request.dport && addresses.includes(request.to);
    const found = matrix.services.flatMap((service, v) => (fits(service) ? [{ service, cell: cellOf(matrix, at, v) }] : []));
    // a proxy that dials in vain lets its client in, and no service answers
    if (inVain(trace)) continue;
    const served = trace.outcome === 'connected';
    if (served && found.length === 0) wrong.push(`${flowText(request)}: connected, and no service of the matrix`);
    if (served && found.length > 0 && found.every(({ cell }) => cell.reach === 'closed'))
      wrong.push(`${flowText(request)}: connected, and closed in the matrix (${found.map((f) => f.cell.reason).join('; ')})`);
    const sole = found.filter(({ service }) => service.addresses.filter((a) => a.includes(':') === request.to.includes(':')).length === 1);
    if (!served && trace.outcome !== 'unknown' && sole.some(({ cell, service }) => cell.reach === 'open' && service.addresses.length === 1))
      wrong.push(`${flowText(request)}: ${trace.outcome}, and open in the matrix`);
  }
  matrix.sources.forEach((_, s) => {
    matrix.services.forEach((service, v) => {
      const cell = cellOf(matrix, s, v);
      if (service.kind === 'unlistened' || cell.outcome === 'unreachable') return;
      const witness = cellWitness(matrix, s, v);
      const { outcome } = traceFlow(machine, witness);
      if (cell.reach === 'closed' && outcome === 'connected' && cell.outcome !== 'connected')
        wrong.push(`${flowText(witness)}: the witness of a closed cell is connected`);
      if (cell.reach === 'open' && outcome !== 'connected')
        wrong.push(`${flowText(witness)}: the witness of an open cell comes to ${outcome}`);
    });
  });
  return [...new Set(wrong)];
}

/**
 * What the audit says is exposed is open to outside machines in the matrix; and what the matrix shows open to them of published ports and
 * listeners is exposed, of the host and of containers that `docker inspect` tells of: of others the audit says that it lacks them.
 */
export function auditAndMatrix({ machine, matrix }: Views): readonly string[] {
  const { exposures } = auditMachine(machine, []).audit;
  const outside = matrix.sources.flatMap(({ kind }, at) => (kind === 'outside' || kind === 'lan' ? [at] : []));
  const services = matrix.services.flatMap((service, v) =>
    service.kind === 'unlistened' || service.port === undefined
      ? []
      : [
          {
            service,
            // behind a proxy that dials in vain nobody answers, though the client is connected
            isOpen: outside.some((at) => some(cellOf(matrix, at, v)) && !inVain(cellOf(matrix, at, v))),
            isClosed: outside.every((at) => cellOf(matrix, at, v).reach === 'closed'),
          },
        ],
  );
  const at = (address: string, port: number | undefined): string => `${brackets(address)}:${port ?? 0}`;
  const unknown = exposures.flatMap((one) => {
    // a rule of the operator's that asks for no address is shown at one of the host's
    const isAt = ({ kind, port, addresses }: MatrixService): boolean =>
      addresses.some((a) => at(a, port) === one.at) || (kind === 'forwarded' && one.at.endsWith(`:${port ?? 0}`));
    const own = services.filter(({ service }) => service.proto === one.proto && isAt(service));
    const what = own.length === 0 ? 'no service' : 'closed';
    return own.some(({ isClosed }) => !isClosed) ? [] : [`${one.at}/${one.proto}: exposed, and ${what} in the matrix`];
  });
  const told = new Set(['host', ...machine.host.containers.map((c) => c.name)]);
  const missed = services.flatMap(({ service: s, isOpen }) => {
    if (s.kind === 'forwarded' || machine.host.containers.length === 0 || !told.has(s.target)) return [];
    const exposed = exposures.some((one) => one.proto === s.proto && s.addresses.some((a) => at(a, s.port) === one.at));
    return isOpen && !exposed ? [`${s.name}: open to outside in the matrix, and not exposed`] : [];
  });
  return [...unknown, ...missed];
}

/** `explain PORT` asks from the internet and from containers as a single trace does, and as the matrix tells. */
export function explainAndMatrix({ machine, matrix }: Views): readonly string[] {
  const ports = [...new Set(matrix.services.flatMap(({ kind, port }) => (kind === 'published' && port !== undefined ? [port] : [])))];
  return ports.flatMap((port) => {
    const lines = explain(machine, String(port)).flatMap(({ sections }) => sections.flatMap((s) => s.lines.map((l) => l.text)));
    const services = matrix.services.flatMap((s, v) => (s.port === port && s.kind !== 'unlistened' ? [v] : []));
    return rowsOf(matrix).flatMap(({ from, at }) => {
      const told = lines.filter((text) => text.startsWith(`from ${from}: connected`) && !text.includes('in vain'));
      const closed = services.every((v) => cellOf(matrix, at, v).reach === 'closed');
      return told.length > 0 && closed ? [`explain ${port}: ${told[0] ?? ''}, and closed in the matrix`] : [];
    });
  });
}

/** A policy that forbids one container another's port fails where the matrix shows a way to it, and passes where it shows none. */
export function checkAndMatrix({ machine, matrix }: Views): readonly string[] {
  const names = new Set(machine.host.containers.filter((c) => c.running).map((c) => c.name));
  const targets = matrix.services.filter((s) => s.kind === 'listener' && names.has(s.target));
  const pairs = targets.flatMap((service) =>
    rowsOf(matrix)
      .filter(({ source }) => source.kind === 'container' && source.name !== service.target && names.has(source.name))
      .map((row) => ({ service, row })),
  );
  if (pairs.length === 0) return [];
  const assertions = pairs.map(
    ({ service: { target, port, proto }, row }, i) =>
      `  - name: a${i}\n    deny: { from: ${row.source.name}, to: ${target}, ports: ${port ?? 0}/${proto} }\n`,
  );
  const policy = readPolicy(`version: 1\nassertions:\n${assertions.join('')}`, 'p.yaml');
  const { assertions: results } = checkPolicy(machine, policy);
  return results.flatMap(({ violations, origin }, i) => {
    const { service, row } = pairs[i]!;
    const end = `${service.target}:${service.port ?? 0}`;
    const cells = matrix.services.flatMap((s, v) =>
      s.proto === service.proto && (s === service || s.leadsTo === end) ? [cellOf(matrix, row.at, v)] : [],
    );
    const reached = violations.some((v) => v.what === 'reached');
    const said = `${row.source.name} → ${end}/${service.proto} (line ${origin.line})`;
    if (reached && cells.every(({ reach }) => reach === 'closed')) return [`${said}: check says reached, the matrix closed`];
    // what a rule of the operator's forwards may be answered by another
    const direct = matrix.services.flatMap((s, v) =>
      s === service || (s.kind === 'published' && s.proto === service.proto && s.leadsTo === end) ? [cellOf(matrix, row.at, v)] : [],
    );
    return !reached && direct.some(some) ? [`${said}: check says not reached, the matrix ${cells.map((c) => c.reach).join(', ')}`] : [];
  });
}

type Cells = ReadonlyMap<string, string>;

/** Every changed cell by itself: `SOURCE\nSERVICE\nPORTS` to `KIND BEFORE AFTER`. */
function changedCells(before: Machine, after: Machine): Cells {
  const { changes } = diffReachability(before, after);
  return new Map(
    changes.flatMap((c) =>
      c.sources.map((source) => [`${source} ${c.service} ${c.ports ?? ''} ${c.kind}`, `${c.before} ${c.after}`] as const),
    ),
  );
}

/** A host differs in nothing from itself, and what the one way is opened is closed the other way. */
export function diffBothWays(one: Machine, other: Machine): readonly string[] {
  const same = [...changedCells(one, createMachine(one.host)).keys()].map((cell) => `differs from itself: ${cell}`);
  const there = changedCells(one, other);
  const back = changedCells(other, one);
  const unlike = (a: Cells, b: Cells, way: string): readonly string[] =>
    [...a].flatMap(([cell, sides]) => {
      const [, head = '', kind = ''] = /^(.*) (opened|closed|undecided)$/.exec(cell) ?? [];
      // what another answers opens both ways; what nobody knows any more closes the other way
      const mirrored = { opened: ['closed', 'opened'], closed: ['opened', 'undecided'], undecided: ['closed', 'undecided'] }[kind] ?? [];
      const swapped = sides.split(' ').reverse().join(' ');
      return mirrored.some((k) => b.get(`${head} ${k}`) === swapped) ? [] : [`${way}: ${cell} (${sides}) has no mirror`];
    });
  return [...same, ...unlike(there, back, 'there'), ...unlike(back, there, 'back')];
}
