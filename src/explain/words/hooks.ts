import type { TableName } from '../../model/netfilter.js';

/** When a built-in chain is walked (Documentation/networking and the hooks of nf_hook). */
const HOOKS: Readonly<Record<string, string>> = {
  PREROUTING: 'every packet that comes in by an interface, before it is decided where it goes',
  INPUT: 'packets for this machine itself, after that was decided',
  FORWARD: 'packets that come in by one interface and leave by another: what containers send to and get from elsewhere',
  OUTPUT: 'packets that programs of this machine send',
  POSTROUTING: 'every packet that is about to leave by an interface, the last look at it',
};

const TABLES: Readonly<Record<TableName, string>> = {
  raw: 'raw, the first table, before connection tracking',
  mangle: 'mangle, which changes marks and header fields',
  nat: 'nat, which only the first packet of a connection meets: its answer is applied to the rest',
  filter: 'filter, which decides what may pass',
  security: 'security, which sets labels of SELinux',
};

/** @returns which packets come to a built-in chain. */
export function hookWords(chain: string): string {
  return HOOKS[chain] ?? 'packets that a rule sends here';
}

/** @returns what a table is for. */
export function tableWords(table: TableName): string {
  return TABLES[table];
}

/** Chains that Docker makes, by what they are for. */
const DOCKER: Readonly<Record<string, string>> = {
  'nat DOCKER': "Docker's published ports: each DNAT rule leads one port of the host to a container",
  'filter DOCKER': "Docker's own accepts: what may come in to the published ports of containers",
  'filter DOCKER-USER': 'yours: Docker makes it and walks it before its own rules, and never changes what is in it',
  'filter DOCKER-FORWARD': 'the entry to Docker’s rules for forwarded packets (since Engine 28)',
  'filter DOCKER-BRIDGE': 'sends packets for each bridge to the chain of its published ports (since Engine 28)',
  'filter DOCKER-CT': 'lets answers of known connections through to the bridges (since Engine 28)',
  'filter DOCKER-INTERNAL': 'keeps internal networks to themselves (since Engine 28)',
  'filter DOCKER-ISOLATION-STAGE-1':
    'isolation of networks, first half: what comes from one bridge and leaves by another interface goes to the second half',
  'filter DOCKER-ISOLATION-STAGE-2': 'isolation of networks, second half: what would enter another bridge is dropped',
  'filter DOCKER-INGRESS': "the swarm's routing mesh: ports published by services",
  'nat DOCKER-INGRESS': "the swarm's routing mesh: ports published by services",
  'nat DOCKER_OUTPUT': "Docker's name server inside a container: queries to 127.0.0.11 port 53 go to the port it really listens on",
  'nat DOCKER_POSTROUTING': "Docker's name server inside a container: its answers get port 53 back as their source",
};

/** @returns what a chain of Docker's is for; undefined for any other. */
export function dockerChain(table: TableName, chain: string): string | undefined {
  return DOCKER[`${table} ${chain}`];
}
