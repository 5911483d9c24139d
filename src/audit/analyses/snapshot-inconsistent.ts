import { command, operand } from '../../command/index.js';
import { familyOf, contains, formatIp, parsePrefix } from '../../address/ip.js';
import { includes } from '../../address/ranges.js';
import { soleTarget, type Translation } from '../../datapath/index.js';
import { evidenceOf, withOwnNetns, endpointAddresses } from '../../inventory/index.js';
import type { PublishedService } from '../../surface/index.js';
import { carrierWithoutPorts, contradictedFiles, unlistedContainers, withoutContainers } from './contradictions.js';
import type { Analysis } from '../analysis.js';
import { notApplicable, type Proof } from '../proof.js';
import { deleteTranslating } from '../remedy/rule-commands.js';
import type { Survey } from '../survey/survey.js';

function twoMasters(survey: Survey): readonly Proof[] {
  const { bridgePorts, interfaces } = survey.machine.root.netns;
  return bridgePorts.flatMap((port, index): readonly Proof[] => {
    const other = bridgePorts.slice(0, index).find((p) => p.iface === port.iface && p.bridge !== port.bridge);
    const shown = interfaces.find((i) => i.name === port.iface && i.master !== undefined && i.master !== port.bridge);
    const against = other === undefined ? shown && { bridge: shown.master ?? '', origin: shown.origin } : other;
    if (against === undefined) return [];
    const detail = `a port of ${port.bridge} and of ${against.bridge}`;
    return [
      {
        object: { kind: 'interface', name: port.iface, detail, origin: port.origin },
        cause: 'two masters',
        traces: [],
        lines: [
          { text: `${port.iface}: port of ${port.bridge}`, origin: port.origin },
          { text: `${port.iface}: port of ${against.bridge}`, origin: against.origin },
        ],
        fixes: [],
      },
    ];
  });
}

function ownedByNobody(survey: Survey, all: readonly Translation[]): readonly Proof[] {
  // who is not shown may have the address
  if (evidenceOf(survey.host).lack('containers') !== undefined) return [];
  const subnets = survey.host.networks.flatMap((n) => n.subnets.flatMap((s) => parsePrefix(s.prefix) ?? []));
  const known = new Set(survey.host.containers.filter((c) => c.running).flatMap(endpointAddresses));
  return all
    .flatMap((translation) => {
      const to = soleTarget(translation);
      // the ingress of a swarm lives in a namespace of no container
      return to === undefined || translation.rule.chain === 'DOCKER-INGRESS' ? [] : [{ rule: translation.rule, to }];
    })
    .filter(({ to }) => subnets.some((s) => contains(s, to)) && !known.has(to) && survey.machine.ownerOf(to) === undefined)
    .map(({ rule, to }) => ({
      object: {
        kind: 'rule',
        name: rule.text,
        detail: `leads to ${formatIp(to)}, which no running container has`,
        origin: rule.origin,
      } as const,
      cause: 'nobody there',
      traces: [],
      lines: [{ text: rule.text, origin: rule.origin, note: `${formatIp(to)} is nobody's` }],
      fixes: [
        {
          title: 'Delete it',
          commands: [deleteTranslating(rule, familyOf(to))],
        },
      ],
    }));
}

function withoutRule(survey: Survey, all: readonly Translation[]): readonly Proof[] {
  const docker = survey.machine.root.netns.rulesets.some((set) => set.family === 4 && set.tables.get('nat')?.chains.has('DOCKER') === true);
  // the rule may stand where nothing is shown
  const lack = evidenceOf(survey.host).lack('iptables');
  if (!docker || (lack !== undefined && lack.state !== 'doubtful')) return [];
  const published = survey.services.filter(
    (s): s is PublishedService =>
      s.kind === 'published' && s.door === undefined && s.port.family !== 6 && s.container.endpoints.some((e) => e.ip !== undefined),
  );
  return published
    .filter(({ port }) => !all.some(({ ports = [] }) => includes(ports, port.hostPort)))
    .map(({ container, port, proto }) => ({
      object: {
        kind: 'port',
        name: `${container.name} ${port.hostPort}/${proto}`,
        container: container.name,
        detail: 'published, and no rule of nat leads to the container',
        origin: container.origin,
      } as const,
      cause: 'no rule',
      traces: [],
      lines: [{ text: `container ${container.name}: ${port.hostPort} → ${port.containerPort}/${proto}`, origin: container.origin }],
      fixes: [{ title: 'Have Docker write it anew', commands: [command('docker', 'restart', operand(container.name))] }],
    }));
}

function wrongAddress(survey: Survey): readonly Proof[] {
  return withOwnNetns(survey.host).flatMap((c) => {
    const ns = survey.machine.namespaces.get(c.netns);
    if (ns?.netns.sources.get('addr')?.state !== 'whole') return [];
    return c.endpoints.flatMap((e): readonly Proof[] => {
      if (e.ip === undefined || ns.owns(e.ip)) return [];
      const file = ns.netns.sources.get('addr')?.file ?? '';
      const detail = `docker inspect gives it ${formatIp(e.ip)} on ${e.network}, and its namespace has no such address`;
      return [
        {
          object: { kind: 'container', name: c.name, container: c.name, detail, origin: c.origin },
          cause: 'address',
          traces: [],
          lines: [
            { text: `${e.network}: ${formatIp(e.ip)}`, origin: c.origin },
            { text: `no ${formatIp(e.ip)}`, origin: { file, line: 0 } },
          ],
          fixes: [
            {
              title: 'Attach it anew',
              commands: [
                command('docker', 'network', 'disconnect', operand(e.network), operand(c.name)),
                command('docker', 'network', 'connect', operand(e.network), operand(c.name)),
              ],
            },
          ],
        },
      ];
    });
  });
}

/** What Docker says against what the kernel has. */
export const snapshotInconsistent: Analysis = (survey) => {
  const against = [
    ...withoutContainers(survey),
    ...unlistedContainers(survey),
    ...carrierWithoutPorts(survey),
    ...contradictedFiles(survey),
  ];
  if (against.length === 0 && survey.host.containers.length === 0 && survey.host.networks.length === 0)
    return notApplicable('the snapshot holds nothing of Docker (docker/containers.json)');
  const all = survey.machine.root.translations;
  const doubts = survey.machine.root.netns.sources.has('iptables')
    ? []
    : ['whether every published port has its rule: host/iptables-save.txt is not in the snapshot'];
  return {
    proofs: [...against, ...twoMasters(survey), ...ownedByNobody(survey, all), ...withoutRule(survey, all), ...wrongAddress(survey)],
    doubts,
    note: 'bridges, DNAT rules, published ports and addresses agree',
  };
};
