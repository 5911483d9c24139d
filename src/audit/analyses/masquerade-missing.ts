import { parsePrefix, type Family } from '../../address/ip.js';
import { command } from '../../command/index.js';
import { internetAddress } from '../../datapath/index.js';
import { endpointOn, saysNo } from '../../inventory/index.js';
import type { Container, DockerNetwork } from '../../model/host.js';
import { isHostNetns } from '../../model/netns.js';
import type { Untranslated } from '../../model/trace.js';
import { containerSenders } from '../../surface/index.js';
import type { Analysis } from '../analysis.js';
import { notApplicable, type Proof } from '../proof.js';
import { masqueradeByHand } from '../remedy/masquerade.js';
import { gatewayMode } from '../survey/pairs.js';
import type { Survey } from '../survey/survey.js';
import type { SurveyedFlow } from '../survey/asked.js';

/** A container's packet on its way out, with the address that nothing translates. */
interface Leak {
  readonly container: Container;
  readonly asked: SurveyedFlow;
  readonly foreign: Untranslated;
}

/** What was asked for: a network that is routed, or whose masquerading was switched off, keeps its addresses. */
function isChosen(network: DockerNetwork | undefined, family: Family): boolean {
  if (network === undefined) return false;
  return gatewayMode(network, family) === 'routed' || saysNo(network, 'enable_ip_masquerade');
}

function leakOf(survey: Survey, container: Container, family: Family): Leak | undefined {
  if (survey.addressesOf(container, family).length === 0) return undefined;
  const asked = survey.fromInside(container.name, internetAddress(survey.machine, family), 'tcp', 443);
  const left = asked.trace.steps.find((s) => s.kind === 'leave' && !s.reply && isHostNetns(s.netns));
  if (left?.kind !== 'leave' || left.untranslated === undefined) return undefined;
  // rules that are not shown may translate it
  return left.untranslated.unseen === undefined ? { container, asked, foreign: left.untranslated } : undefined;
}

function networkOf(survey: Survey, { container, foreign }: Leak): DockerNetwork | undefined {
  return survey.networksOf(container).find((network) => {
    const endpoint = endpointOn(container, network);
    return [endpoint?.ip, endpoint?.ip6].some((ip) => ip !== undefined && survey.text(ip) === foreign.src);
  });
}

/** Where rules were flushed, the doors of published ports are lost as well. */
function lostDoors({ host, machine }: Survey, family: Family): string {
  if (machine.root.translations.some((one) => one.family === family)) return '';
  const ports = host.containers.filter((c) => c.running).flatMap((c) => c.published.map((p) => `${p.hostPort}/${p.proto}`));
  return ports.length === 0
    ? ''
    : `; no rule translates destinations, so published ports have no DNAT either (${[...new Set(ports)].join(', ')})`;
}

function proofOf(survey: Survey, family: Family, leaks: readonly [Leak, ...Leak[]]): Proof {
  const [first] = leaks;
  const network = networkOf(survey, first);
  const name = network?.name ?? first.container.name;
  const subnet = network?.subnets
    .map((s) => parsePrefix(s.prefix))
    .find((p) => p !== undefined && typeof p.addr === (family === 4 ? 'number' : 'bigint'));
  const bridge = network?.bridge;
  const flows = leaks.map(({ asked }) => asked.request);
  const rule = subnet && bridge !== undefined ? masqueradeByHand(survey.machine, family, subnet, bridge, flows) : undefined;
  const detail = `${first.foreign.src} leaves as it is by a device that has ${first.foreign.own}${lostDoors(survey, family)}`;
  return {
    object: {
      kind: network === undefined ? 'container' : 'network',
      name: `${name} (IPv${family})`,
      detail,
      origin: (network ?? first.container).origin,
    },
    traces: [first.asked.trace],
    paths: leaks.map((leak) => leak.asked.trace),
    lines: [],
    fixes: [
      { title: 'Have Docker write its rules anew', commands: [command('systemctl', 'restart', 'docker')] },
      ...(rule === undefined ? [] : [{ title: 'Or masquerade the network by hand', commands: [rule] }]),
    ],
  };
}

function grouped(survey: Survey, leaks: readonly Leak[], family: Family): readonly Proof[] {
  const groups = new Map<string, [Leak, ...Leak[]]>();
  for (const leak of leaks) {
    const network = networkOf(survey, leak);
    if (isChosen(network, family)) continue;
    const key = network?.id ?? leak.container.name;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [leak]);
    else group.push(leak);
  }
  return [...groups.values()].map((group) => proofOf(survey, family, group));
}

/** Containers whose packets leave the host with an address that nobody beyond it can answer. */
export const masqueradeMissing: Analysis = (survey) => {
  const containers = containerSenders(survey.machine);
  if (containers.length === 0) return notApplicable('no running container has a network namespace of its own in the snapshot');
  const proofs = ([4, 6] as const).flatMap((family) =>
    grouped(
      survey,
      containers.flatMap((c) => leakOf(survey, c, family) ?? []),
      family,
    ),
  );
  return { proofs, doubts: [], note: 'what leaves the host by an uplink has an address of it, or one that was meant to be routed' };
};
