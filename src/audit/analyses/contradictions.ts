import { command } from '../../command/index.js';
import { unlistedMembers, untoldContainers } from '../../inventory/index.js';
import type { Proof } from '../proof.js';
import type { Survey } from '../survey/survey.js';

/** What is there for containers, and no container that it could be for. */
export function withoutContainers({ host }: Survey): readonly Proof[] {
  const traces = untoldContainers(host);
  const [first] = traces;
  if (first === undefined) return [];
  const file = 'docker/containers.json';
  const listed = host.files.some((one) => one.file === file && one.used !== 'none');
  const detail = `${first.text}, and ${listed ? `${file} tells of no running container` : `${file} is not there`}`;
  return [
    {
      object: { kind: 'host', name: 'containers', detail, origin: first.origin },
      cause: 'no containers',
      traces: [],
      lines: traces,
      fixes: [{ title: 'List them', commands: [command('docker', 'ps', '-a')] }],
    },
  ];
}

/** Containers on networks, where the list of containers is there and does not show them. */
export function unlistedContainers({ host }: Survey): readonly Proof[] {
  const file = 'docker/containers.json';
  const found = host.files.some((one) => one.file === file && one.used !== 'none') ? unlistedMembers(host) : [];
  return found.map(({ text, origin }) => ({
    object: { kind: 'container', name: text, detail: `${origin.file} tells of it, and ${file} does not show it`, origin },
    cause: 'unlisted container',
    traces: [],
    lines: [{ text, origin }],
    fixes: [{ title: 'List them', commands: [command('docker', 'ps', '-a')] }],
  }));
}

/** A bridge has a carrier only by a port that has one (br_port_carrier_check). */
export function carrierWithoutPorts({ machine: { root } }: Survey): readonly Proof[] {
  const addr = root.netns.sources.get('addr');
  const showsPorts = root.netns.sources.get('bridge-link')?.state === 'whole' || (addr !== undefined && addr.unshown === undefined);
  if (!showsPorts) return [];
  return [...root.interfaces.values()].flatMap(({ name, detail, carrier, up, origin }): readonly Proof[] => {
    if (detail.kind !== 'bridge' || !up || !carrier) return [];
    if ((root.portsOf.get(name) ?? []).some(({ iface }) => root.interfaces.get(iface)?.carrier !== false)) return [];
    return [
      {
        object: { kind: 'interface', name, detail: 'it has a carrier, and no port that could give it one is listed', origin },
        cause: 'carrier',
        traces: [],
        lines: [{ text: `${name}: has a carrier`, origin }],
        fixes: [],
      },
    ];
  });
}

/** Listings that others contradict, so that they are not used. */
export function contradictedFiles({ host }: Survey): readonly Proof[] {
  const told = host.problems.filter(({ kind, origin }) => kind === 'contradiction' && origin.line === 0);
  return told.map(({ origin, message }) => ({
    object: { kind: 'host', name: origin.file, detail: message, origin },
    cause: 'listing',
    traces: [],
    lines: [{ text: message, origin }],
    fixes: [],
  }));
}
