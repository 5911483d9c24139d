import { type Ip, familyOf, parseIp } from '../../address/ip.js';
import { outsideWord } from '../../model/outside.js';
import type { FlowProto, FlowRequest } from '../../model/trace.js';
import type { FlowCache } from '../cache/flow-cache.js';
import type { ConnectionAttempt } from '../connection/question.js';
import { resolveClient, resolveDestinations, splitDestination } from './endpoints.js';
import { UnknownEndpoint, UnknownName, aSubnet, isSubnet } from './unknown.js';
import { type ResolvedEnds, waysOf } from './known.js';
import type { Machine } from '../machine/machine.js';

/** The source port that probes use unless told otherwise: the first of the range that IANA leaves to clients. */
export const DEFAULT_SPORT = 49152;

/** One connection to walk for a request. */
export interface Plan extends ConnectionAttempt {
  readonly request: FlowRequest;
  /** The ways that are known of such connections. */
  readonly ways: FlowCache;
}

function resolve(machine: Machine, request: FlowRequest, name: string, port: number | undefined): ResolvedEnds {
  const src = request.src === undefined ? undefined : parseIp(request.src);
  if (request.src !== undefined && src === undefined) throw new UnknownEndpoint(`"${request.src}" is no IP address to send from`);
  const bare = parseIp(name);
  // an outside machine that was not given an address has one of the family that the name can be reached by
  const guess = outsideWord(request.from) !== undefined && src === undefined && bare === undefined;
  const wanted =
    bare ??
    src ??
    parseIp(request.from.replace(/@[^@]*$/, '')) ??
    (guess ? resolveDestinations(machine, name, undefined)[0] : undefined) ??
    0;
  const client = resolveClient(machine, request.from, src, familyOf(wanted));
  const found = resolveDestinations(machine, name, client.kind === 'netns' ? client.ns : undefined);
  const destinations = found.filter((dst) => client.src === undefined || familyOf(client.src) === familyOf(dst));
  if (destinations.length === 0) throw new UnknownEndpoint(`${request.from} and ${request.to} have no address family in common`);
  return { client, destinations, port, ways: waysOf(machine.endpoints.budget) };
}

function endpointsOf(machine: Machine, request: FlowRequest): ResolvedEnds {
  const { name, port } = splitDestination(request.to);
  if (isSubnet(name)) throw aSubnet(name);
  needPort(request, port);
  const endpoints = resolve(machine, request, name, port);
  machine.endpoints.set(request, endpoints);
  return endpoints;
}

/** @returns protocol and port as asked; a flow without either is a ping. */
function needPort(request: FlowRequest, named: number | undefined): { readonly proto: FlowProto; readonly dport: number } {
  const dport = request.dport ?? named;
  const proto = request.proto ?? (dport === undefined ? 'icmp' : 'tcp');
  if (proto !== 'icmp' && dport === undefined) throw new UnknownEndpoint(`a ${proto} flow needs a port: --port N, or ${request.to}:N`);
  return { proto, dport: dport ?? 0 };
}

function planFor(request: FlowRequest, { client, port, ways }: ResolvedEnds, dst: Ip): Plan {
  const { proto, dport } = needPort(request, port);
  return { request, client, proto, dst, sport: request.sport ?? DEFAULT_SPORT, dport, leg: 0, ways: ways[proto] };
}

/**
 * Reads a request: every connection it stands for, the client's first choice of address first.
 * @throws UnknownEndpoint where the snapshot cannot place a name, or the request lacks something.
 */
export function plansOf(machine: Machine, request: FlowRequest): readonly Plan[] {
  const endpoints = machine.endpoints.get(request) ?? endpointsOf(machine, request);
  return endpoints.destinations.map((dst) => planFor(request, endpoints, dst));
}

/** @returns what to say of a name in a request that stands for nothing in the snapshot; undefined where there is none. */
export function unknownNameIn(machine: Machine, request: FlowRequest): string | undefined {
  try {
    firstPlanOf(machine, request);
    return undefined;
  } catch (error) {
    if (error instanceof UnknownName) return error.message;
    if (error instanceof UnknownEndpoint) return undefined;
    throw error;
  }
}

/** Reads a request as `plansOf` does: the connection that the client would open. */
export function firstPlanOf(machine: Machine, request: FlowRequest): Plan {
  const endpoints = machine.endpoints.get(request) ?? endpointsOf(machine, request);
  return planFor(request, endpoints, endpoints.destinations[0]!);
}
