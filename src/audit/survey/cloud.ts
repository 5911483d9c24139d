import { formatIp } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';

const KERNEL = /-(aws|azure|gcp|gke|oracle|cloud-amd64|cloud-arm64)$/;
const EC2_NAME = /^ip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}$/;
const METADATA = '169.254.169.254';

/** @returns what tells that the host is a machine of a cloud, in a phrase; undefined where nothing does. */
export function cloudHint(machine: Machine): string | undefined {
  const { kernel, hostname } = machine.host.meta;
  const flavour = KERNEL.exec(kernel ?? '')?.[1];
  if (flavour !== undefined) return `kernel ${kernel ?? ''} is a cloud's`;
  if (EC2_NAME.test(hostname?.split('.', 1)[0] ?? '')) return `host name ${hostname ?? ''} is one that EC2 gives`;
  const route = machine.root.netns.routes.find((r) => formatIp(r.dst.addr) === METADATA && r.dst.length === 32);
  return route === undefined ? undefined : `the host has a route to ${METADATA} (${route.origin.file}:${route.origin.line})`;
}
