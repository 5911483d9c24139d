import type { Testimony } from '../../../model/testimony.js';
import { protoName, viewOf, type Told } from './fields.js';

const TUPLE = /\bsrc=(\S{1,45}) dst=(\S{1,45})(?: sport=(\d+) dport=(\d+))?/g;
const START = /^\s*(?:\[[\d.]+\]\s*)?(?:\[(?:NEW|UPDATE|DESTROY)\]\s+)?(?:ipv[46]\s+\d+\s+)?([a-z][a-z\d-]{2,9})\s+\d+\s/;

/** `tcp 6 117 SYN_SENT src=… dst=… sport=… dport=… [UNREPLIED] src=… …`, of `conntrack -L`, `-E` and /proc/net/nf_conntrack. */
export function conntrackLine(text: string): Told<Testimony> | undefined {
  const proto = START.exec(text)?.[1];
  const [own, back] = [...text.matchAll(TUPLE)];
  if (proto === undefined || own === undefined || back === undefined) return undefined;
  const [packet, answer] = [own, back].map(([, src, dst, sport, dport]) => viewOf(src, dst, sport, dport));
  if (packet === undefined || answer === undefined) return undefined;
  return { kind: 'connection', proto: protoName(proto), packet, answer, replied: !text.includes('[UNREPLIED]') };
}
