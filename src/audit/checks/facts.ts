import { formatIp } from '../../address/ip.js';
import type { FindingObject } from '../../model/audit.js';
import { HOST_NETNS, isHostNetns, type NetnsName } from '../../model/netns.js';
import { isDefaultBridge } from '../survey/pairs.js';
import { objectOf } from './words.js';
import type { FACT_FIELDS } from '../rules/fact-fields.js';
import type { FactCheck } from '../rules/rule.js';
import type { Survey } from '../survey/survey.js';

export type FactValue = string | number | boolean;

/** Something that a fact check can look at, with what can be asked of it. */
export interface Subject {
  readonly object: Omit<FindingObject, 'fingerprint'>;
  readonly netns: NetnsName;
  /** The line that says it. */
  readonly text: string;
  /** @returns the values of a field; none where it has none. */
  readonly values: (field: string) => readonly FactValue[];
}

type About = keyof typeof FACT_FIELDS;

/** The values of every field that one kind of thing has. */
type FieldsOf<A extends About> = Readonly<Record<keyof (typeof FACT_FIELDS)[A], readonly FactValue[]>>;

function subject(object: Subject['object'], netns: string, text: string, fields: Readonly<Record<string, readonly FactValue[]>>): Subject {
  const values = new Map<string, readonly FactValue[]>(Object.entries(fields));
  return { object, netns, text, values: (field) => values.get(field) ?? [] };
}

function containers(survey: Survey): readonly Subject[] {
  return survey.host.containers
    .filter((c) => c.running)
    .map((c) => {
      const object = { kind: 'container', name: c.name, container: c.name, origin: c.origin } as const;
      const fields: FieldsOf<'container'> = {
        privileged: [c.privileged],
        capAdd: c.capAdd.map((cap) => cap.toUpperCase().replace(/^CAP_/, '')),
        capDrop: c.capDrop.map((cap) => cap.toUpperCase().replace(/^CAP_/, '')),
        mounts: c.mounts.flatMap((m) => [m.source, m.destination]),
        networkMode: [c.networkMode],
        networks: survey.networksOf(c).flatMap((n) => [n.name, ...(isDefaultBridge(n) ? ['default bridge'] : [])]),
        image: [c.image],
        dns: [...c.dns],
        name: [c.name],
      };
      return subject(object, c.netns, `container ${c.name}, image ${c.image}`, fields);
    });
}

/** Ports that Docker publishes; both families of one binding are one. */
function ports(survey: Survey): readonly Subject[] {
  const all = survey.services.flatMap((service): readonly (readonly [string, Subject])[] => {
    if (service.kind !== 'published' || service.door !== undefined) return [];
    const { container, port, proto } = service;
    const fields: FieldsOf<'port'> = {
      container: [container.name],
      image: [container.image],
      protocol: [proto],
      hostPort: [port.hostPort],
      containerPort: [port.containerPort],
      hostIp: [port.hostIp === undefined ? '*' : formatIp(port.hostIp)],
    };
    const object = objectOf(service);
    const text = `container ${container.name}: ${port.hostPort} → ${port.containerPort}/${proto}`;
    return [[object.name, subject(object, container.netns, text, fields)]];
  });
  return [...new Map(all).values()];
}

function networks(survey: Survey): readonly Subject[] {
  return survey.host.networks.map((n) => {
    const fields: FieldsOf<'network'> = {
      name: [n.name],
      driver: [n.driver],
      scope: [n.scope],
      internal: [n.internal],
      attachable: [n.attachable],
      ingress: [n.ingress],
      ipv6: [n.ipv6],
    };
    const options = Object.fromEntries(Array.from(n.options, ([key, value]) => [`option:${key}`, [value]]));
    const object = { kind: 'network', name: n.name, origin: n.origin } as const;
    return subject(object, HOST_NETNS, `network ${n.name}, driver ${n.driver}`, { ...fields, ...options });
  });
}

function sysctls(survey: Survey): readonly Subject[] {
  return [...survey.host.netns.values()].flatMap((ns) =>
    [...ns.sysctl].map(([name, { value, origin }]) => {
      const number = Number(value);
      const fields: FieldsOf<'sysctl'> = {
        name: [name],
        netns: [ns.name],
        value: [value !== '' && Number.isInteger(number) ? number : value],
      };
      const guest = isHostNetns(ns.name) ? {} : { container: ns.name };
      return subject(
        { kind: 'sysctl', name: isHostNetns(ns.name) ? name : `${ns.name} ${name}`, ...guest, origin },
        ns.name,
        `${name} = ${value}`,
        fields,
      );
    }),
  );
}

function listeners(survey: Survey): readonly Subject[] {
  return [...survey.host.netns.values()].flatMap((ns) =>
    ns.sockets.map((s) => {
      const bind = s.ip === undefined ? '*' : formatIp(s.ip);
      const fields: FieldsOf<'listener'> = {
        netns: [ns.name],
        port: [s.port],
        protocol: [s.proto],
        bind: [bind],
        process: s.process === undefined ? [] : [s.process],
      };
      const guest = isHostNetns(ns.name) ? {} : { container: ns.name };
      const object = { kind: 'listener', name: `${ns.name} ${s.port}/${s.proto}`, ...guest, origin: s.origin } as const;
      return subject(object, ns.name, `${s.process ?? 'a listener'} on ${s.proto} ${bind}:${s.port}`, fields);
    }),
  );
}

/** Native chains have the words of iptables for what they share with its chains; their family is nft's. */
function nativeChains({ host }: Survey): readonly Subject[] {
  return [...host.netns.values()].flatMap((ns) =>
    (ns.nftables?.tables ?? []).flatMap((table) =>
      [...table.chains.values()].flatMap((chain) => {
        if (chain.iptables !== undefined) return [];
        const policy = chain.base?.policy.toUpperCase();
        const fields: FieldsOf<'chain'> = {
          netns: [ns.name],
          family: [table.family],
          table: [table.name],
          name: [chain.name],
          policy: policy === undefined ? [] : [policy],
          rules: chain.incomplete === true ? [] : [chain.rules.length],
        };
        const name = `${isHostNetns(ns.name) ? '' : `${ns.name} `}${table.family} ${table.name} ${chain.name}`;
        const text = `chain ${chain.name}${chain.base === undefined ? '' : `, policy ${chain.base.policy}`}, ${chain.rules.length} rules`;
        return [subject({ kind: 'chain', name, origin: chain.origin }, ns.name, text, fields)];
      }),
    ),
  );
}

function chains(survey: Survey): readonly Subject[] {
  return [...survey.host.netns.values()].flatMap((ns) =>
    ns.rulesets.flatMap((set) =>
      [...set.tables.values()].flatMap((table) =>
        [...table.chains.values()].map((chain) => {
          const fields: FieldsOf<'chain'> = {
            netns: [ns.name],
            family: [set.family],
            table: [table.name],
            name: [chain.name],
            policy: chain.policy === undefined || chain.policyUnseen !== undefined ? [] : [chain.policy],
            rules: chain.rules.some(({ gap }) => gap !== undefined) ? [] : [chain.rules.length],
          };
          const name = `${isHostNetns(ns.name) ? '' : `${ns.name} `}IPv${set.family} ${table.name} ${chain.name}`;
          const text = `:${chain.name} ${chain.policy ?? '-'}, ${chain.rules.length} rules`;
          return subject({ kind: 'chain', name, origin: chain.origin }, ns.name, text, fields);
        }),
      ),
    ),
  );
}

const ABOUT: Readonly<Record<FactCheck['about'], (survey: Survey) => readonly Subject[]>> = {
  container: containers,
  port: ports,
  network: networks,
  sysctl: sysctls,
  listener: listeners,
  chain: (survey) => [...chains(survey), ...nativeChains(survey)],
};

/** @returns everything of one kind that the snapshot holds. */
export function subjectsOf(survey: Survey, about: FactCheck['about']): readonly Subject[] {
  return ABOUT[about](survey);
}
