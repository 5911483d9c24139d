import { isLoopback } from '../../address/ip.js';
import { command } from '../../command/index.js';
import { runtimeBridges } from '../../inventory/index.js';
import { isHostNetns } from '../../model/netns.js';
import { type HostService, type Service, uplinks } from '../../surface/index.js';
import type { Analysis } from '../analysis.js';
import { objectOf, some } from '../checks/words.js';
import { notApplicable, type Proof } from '../proof.js';
import { isReached } from '../survey/reached.js';
import type { Survey } from '../survey/survey.js';
import type { SurveyedFlow } from '../survey/asked.js';

const NOT_LISTED = 'the settings of the host (sysctl -a) are not in the snapshot';

/** @returns why it is open what a setting of these devices comes to; none where listings tell. */
function untold({ machine: { root } }: Survey, devices: readonly string[], key: string): readonly string[] {
  const open = devices.filter((dev) => root.sysctls.larger(dev, key).open && root.sysctls.larger(dev, key).least === 0);
  if (open.length === 0) return [];
  if (root.netns.sysctl.size === 0) return [NOT_LISTED];
  return open.map((dev) => `${root.sysctls.openName(dev, key)} is not in the snapshot`);
}

/** The values that make the effective one, as evidence. */
function settingLines(survey: Survey, dev: string, key: string): Proof['lines'] {
  return [`net.ipv4.conf.all.${key}`, `net.ipv4.conf.${dev}.${key}`].flatMap((name) => {
    const entry = survey.machine.root.netns.sysctl.get(name);
    return entry === undefined ? [] : [{ text: `${name} = ${entry.value}`, origin: entry.origin }];
  });
}

/** Interfaces to the world on which any source address is believed (IN_DEV_RPFILTER: the larger of all and own). */
export const rpFilter: Analysis = (survey) => {
  const { root } = survey.machine;
  const links = uplinks(survey.machine);
  if (links.length === 0) return root.sysctls.listed ? notApplicable('no uplink') : { proofs: [], doubts: [NOT_LISTED] };
  const values = links.map((iface) => ({ iface, ...root.sysctls.larger(iface.name, 'rp_filter') }));
  const off = values.filter(({ least, open }) => least === 0 && !open).map(({ iface }) => iface);
  const inside = survey.host.networks
    .flatMap((n) => (n.driver === 'bridge' ? n.subnets.map((s) => s.prefix) : []))
    .filter((prefix) => !prefix.includes(':'));
  const proofs = off.map((iface): Proof => {
    const name = `net.ipv4.conf.${iface.name}.rp_filter`;
    const path = inside.length === 0 ? 'any source address is believed' : `packets from ${some(inside, 3)} are believed there`;
    return {
      object: { kind: 'interface', name: iface.name, detail: `rp_filter is 0 in effect; ${path}`, origin: iface.origin },
      traces: [],
      lines: settingLines(survey, iface.name, 'rp_filter'),
      fixes: [
        {
          title: 'Filter by reverse path',
          commands: [command('sysctl', '-w', `${name}=1`)],
          tried: true,
        },
      ],
    };
  });
  const names = links.map(({ name }) => name);
  return { proofs, doubts: untold(survey, names, 'rp_filter'), note: `${links.length} uplinks filter by reverse path` };
};

interface Opened {
  readonly service: Service;
  readonly asked: SurveyedFlow;
}

/** What a neighbour reaches by sending to 127.0.0.0/8 on the wire. */
function onTheWire(survey: Survey, dev: string): readonly Opened[] {
  const local = survey.services.filter(
    (s): s is HostService => s.kind === 'host' && s.door === undefined && isLoopback(s.listener.ip) && typeof s.listener.ip === 'number',
  );
  const near = survey.outsiders.filter((o) => o.zone === 'lan' && o.family === 4 && o.dev === dev);
  return near.flatMap((o) =>
    local.map((service) => ({
      service,
      asked: survey.fromOutside(o, service.listener.ip ?? 0x7f000001, service.proto, service.listener.port),
    })),
  );
}

/** What a rule of the operator's sends on to 127.0.0.0/8: without the setting the kernel drops it as a martian. */
function byRule(survey: Survey, dev: string): readonly Opened[] {
  const doors = survey.services.filter((s) => s.kind !== 'container' && s.door?.family === 4 && s.door.toLoopback === true);
  return doors.flatMap((service) =>
    survey
      .knock(service)
      .filter((asked) => asked.outsider?.dev === dev)
      .map((asked) => ({ service, asked })),
  );
}

/** Interfaces that take packets to 127.0.0.0/8 from the wire, with the loopback listeners that a neighbour then reaches. */
export const routeLocalnet: Analysis = (survey) => {
  const { root } = survey.machine;
  const links = [...root.interfaces.values()].filter((iface) => iface.detail.kind !== 'loopback');
  if (links.length === 0 && !root.sysctls.listed) return { proofs: [], doubts: [NOT_LISTED] };
  const on = links.filter((iface) => root.sysctls.either(iface.name, 'route_localnet'));
  const proofs = on.map((iface): Proof => {
    const open = [...onTheWire(survey, iface.name), ...byRule(survey, iface.name)].filter(({ asked, service }) =>
      isReached(asked, service),
    );
    const names = [`net.ipv4.conf.${iface.name}.route_localnet`, 'net.ipv4.conf.all.route_localnet'].filter(
      (n) => (root.sysctls.get(n) ?? 0) !== 0,
    );
    const path =
      open.length === 0
        ? 'no listener on 127.0.0.0/8 is reached by it'
        : `${some(open.map(({ asked }) => asked.from))} ${new Set(open.map(({ asked }) => asked.from)).size === 1 ? 'reaches' : 'reach'} ${some(open.map(({ service }) => objectOf(service).name))}`;
    return {
      object: { kind: 'interface', name: iface.name, detail: path, origin: iface.origin },
      ...(open.length > 0 && { severity: 'medium' }),
      traces: open.slice(0, 1).map(({ asked }) => asked.trace),
      paths: open.map(({ asked }) => asked.trace),
      lines: settingLines(survey, iface.name, 'route_localnet'),
      fixes: [
        {
          title: 'Turn it off',
          commands: names.map((name) => command('sysctl', '-w', `${name}=0`)),
          tried: true,
        },
      ],
    };
  });
  const names = links.map(({ name }) => name);
  return { proofs, doubts: untold(survey, names, 'route_localnet'), note: 'route_localnet is 0 on every interface' };
};

/** Forwarding that no network of containers and no second link needs. */
export const forwardingUnused: Analysis = (survey) => {
  const { root } = survey.machine;
  const name = 'net.ipv4.ip_forward';
  const { sysctl } = root.netns;
  const entry = sysctl.get(name);
  if (entry === undefined) return { proofs: [], doubts: [sysctl.size === 0 ? NOT_LISTED : `${name} is not in the snapshot`] };
  const bridges = [...runtimeBridges(survey.host)].filter((dev) => root.interfaces.has(dev));
  const others = [...root.interfaces.values()].filter((i) => i.up && i.detail.kind !== 'loopback' && !bridges.includes(i.name));
  const running = survey.host.containers.some((c) => c.running && !isHostNetns(c.netns));
  const needed = running || others.length > 1;
  if (entry.value === '0' || needed)
    return { proofs: [], doubts: [], note: entry.value === '0' ? 'forwarding is off' : 'containers, or more than one link, need it' };
  const proof: Proof = {
    object: { kind: 'sysctl', name, detail: 'no running container and no second link', origin: entry.origin },
    traces: [],
    lines: [{ text: `${name} = ${entry.value}`, origin: entry.origin }],
    fixes: [
      {
        title: 'Turn it off',
        commands: [command('sysctl', '-w', `${name}=0`)],
        tried: true,
      },
    ],
  };
  return { proofs: [proof], doubts: [] };
};
