import { command, remark } from '../../command/index.js';
import { engineMajor, evidenceOf, firewallBackend, runtimeBridges } from '../../inventory/index.js';
import type { Analysis } from '../analysis.js';
import { nativeBaseChains } from '../../netfilter/nftables/index.js';
import { notApplicable, type Proof } from '../proof.js';
import { isReached } from '../survey/reached.js';
import type { Survey } from '../survey/survey.js';

/** Chains by which a runtime bridges containers: Docker's, netavark's and those of CNI's plugins, in either language. */
function hasRuntimeChains(survey: Survey): boolean {
  const { root } = survey.machine;
  const chains = root.netns.rulesets
    .filter((set) => set.family === 4)
    .flatMap((set) => [...set.tables.values()].flatMap((table) => [...table.chains.keys()]));
  return (
    chains.some((name) => /^(?:DOCKER|NETAVARK|CNI-)/.test(name)) ||
    nativeBaseChains(root.netns).some(({ table }) => /^(?:docker|netavark)/.test(table))
  );
}

/** Since this Engine its rules may stand in nftables. */
const MAY_WRITE_NFTABLES = 29;

/** Why the rules may stand in nftables, where no listing shows what does. */
function nativesUnseen({ host, machine }: Survey): string | undefined {
  const backend = firewallBackend(host);
  if (backend?.startsWith('iptables') === true || machine.root.netns.sources.has('nft')) return undefined;
  const where = 'host/nft-ruleset.json (`nft -j list ruleset`) would show them';
  if (backend !== undefined) return `docker info names ${backend} as what holds its rules: ${where}`;
  if (machine.root.netns.interfaces.some(({ name }) => /^podman\d+$/.test(name)) || host.networks.some(({ name }) => name === 'podman'))
    return `podman may have its rules in nftables: ${where}`;
  const engine = engineMajor(host);
  return engine !== undefined && engine < MAY_WRITE_NFTABLES ? undefined : `Docker may have its rules in nftables: ${where}`;
}

/** Bridges of Docker without any of the chains that it makes for them. */
export const iptablesDisabled: Analysis = (survey) => {
  const { root } = survey.machine;
  const bridges = [...runtimeBridges(survey.host)].filter((dev) => root.interfaces.has(dev));
  const published = survey.host.containers.filter((c) => c.running && c.published.length > 0);
  if (bridges.length === 0 && published.length === 0) return notApplicable('no bridge of Docker and no published port');
  if (hasRuntimeChains(survey)) return { proofs: [], doubts: [], note: "Docker's chains are there" };
  const file = root.netns.sources.get('iptables')?.file;
  if (file === undefined) return { proofs: [], doubts: ['the rules of the host (host/iptables-save.txt) are not in the snapshot'] };
  const lack = evidenceOf(survey.host).lack('iptables');
  if (lack !== undefined && lack.state !== 'doubtful')
    return { proofs: [], doubts: [`whether Docker's chains are there: ${file} is known in part`] };
  const elsewhere = nativesUnseen(survey);
  if (elsewhere !== undefined) return { proofs: [], doubts: [elsewhere] };
  const open = survey.services.flatMap((s) => (s.kind === 'container' ? survey.knock(s).filter((asked) => isReached(asked, s)) : []))[0];
  const what = [
    ...(bridges.length > 0 ? [`bridges ${bridges.join(', ')}`] : []),
    ...(published.length > 0 ? [`published ports of ${published.map((c) => c.name).join(', ')}`] : []),
  ].join(', ');
  const proof: Proof = {
    object: { kind: 'host', name: 'dockerd', detail: `${what}, and no chain of Docker's in ${file}`, origin: { file, line: 0 } },
    traces: open === undefined ? [] : [open.trace],
    lines: [{ text: 'no chain named DOCKER', origin: { file, line: 0 } }],
    fixes: [
      {
        title: 'Let Docker write its rules',
        commands: [remark`/etc/docker/daemon.json: remove "iptables": false`, command('systemctl', 'restart', 'docker')],
      },
    ],
  };
  return { proofs: [proof], doubts: [] };
};
