import fc from 'fast-check';
import { parseBrctlShow } from '../../../src/snapshot/parsers/brctl-show.js';
import { parseBridgeFdb } from '../../../src/snapshot/parsers/bridge-fdb.js';
import { parseBridgeLink } from '../../../src/snapshot/parsers/bridge-link.js';
import { parseBridgeVlan } from '../../../src/snapshot/parsers/bridge-vlan.js';
import { parseConnections } from '../../../src/snapshot/parsers/connections.js';
import { parseDmesg } from '../../../src/snapshot/parsers/dmesg.js';
import { parseDockerInspect } from '../../../src/snapshot/parsers/docker-inspect.js';
import { parseDockerPs, parseNetworkLs } from '../../../src/snapshot/parsers/docker-ps.js';
import { parseIfconfig } from '../../../src/snapshot/parsers/ifconfig.js';
import { parseIpAddr } from '../../../src/snapshot/parsers/ip-addr.js';
import { parseIpNeigh } from '../../../src/snapshot/parsers/ip-neigh.js';
import { parseIpRoute } from '../../../src/snapshot/parsers/ip-route.js';
import { parseIpRule } from '../../../src/snapshot/parsers/ip-rule.js';
import { parseIpsetSave } from '../../../src/snapshot/parsers/ipset-save.js';
import { parseIptablesList } from '../../../src/snapshot/parsers/iptables-list.js';
import { parseNftRuleset } from '../../../src/snapshot/parsers/nft-ruleset.js';
import { parsePs } from '../../../src/snapshot/parsers/ps.js';
import { parseResolvConf } from '../../../src/snapshot/parsers/resolv-conf.js';
import { parseNetstat, parseSs } from '../../../src/snapshot/parsers/sockets.js';
import type { Parsed } from '../../../src/snapshot/parsers/source.js';
import { parseSysctl } from '../../../src/snapshot/parsers/sysctl.js';
import { corpus } from '../corpus.js';
import { jsonMutated } from '../grammar/json.js';
import { relisted } from '../grammar/listing.js';
import { mutated } from '../mutations.js';
import { checkPlaces, survives } from '../survives.js';
import { target, type Target } from './target.js';

type Parser = (text: string, file: string) => Parsed<unknown>;

/** A parser by the fixtures it reads. */
const PARSERS: readonly (readonly [name: string, files: RegExp, parse: Parser])[] = [
  ['ip-addr', /^(?:ip-)?addr.*\.(?:json|txt)$/, parseIpAddr],
  ['ip-route', /^(?:ip6?-)?route.*\.(?:json|txt)$/, (text, file) => parseIpRoute(text, file, 4)],
  ['ip-rule', /^(?:ip6?-)?rule6?(?:-detail)?\.(?:json|txt)$/, (text, file) => parseIpRule(text, file, 4)],
  ['ip-neigh', /neigh.*\.(?:json|txt)$/, parseIpNeigh],
  ['bridge-link', /^bridge-link.*\.(?:json|txt)$/, parseBridgeLink],
  ['bridge-fdb', /^bridge-fdb.*\.(?:json|txt)$/, parseBridgeFdb],
  ['bridge-vlan', /^bridge-vlan.*\.json$/, parseBridgeVlan],
  ['brctl-show', /^brctl-show\.txt$/, parseBrctlShow],
  ['ss', /^ss.*\.txt$/, parseSs],
  ['netstat', /^netstat\.txt$/, parseNetstat],
  ['connections', /^netstat-connections\.txt$/, parseConnections],
  ['ipset-save', /^ipset.*\.txt$/, parseIpsetSave],
  ['sysctl', /^sysctl\.txt$/, parseSysctl],
  ['docker-inspect', /^(?:containers|networks)\.json$/, parseDockerInspect],
  ['docker-ps', /^ps\.txt$/, parseDockerPs],
  ['network-ls', /^network-ls\.txt$/, parseNetworkLs],
  ['nft', /^(?:nft-ruleset\.json|iptables-nft-save\.txt)$/, parseNftRuleset],
  ['iptables-list', /^iptables-list.*\.txt$/, (text, file) => parseIptablesList(text, file, 'filter', 4)],
  ['ifconfig', /^ifconfig\.txt$/, parseIfconfig],
  ['ps', /^ps\.txt$/, parsePs],
  ['dmesg', /^dmesg\.txt$/, parseDmesg],
  ['resolv-conf', /^resolv\.conf$/, parseResolvConf],
];

function inputs(files: RegExp): fc.Arbitrary<string> {
  const texts = corpus(files);
  const json = texts.filter((text) => /^\s*(?:\[\s*[[{\]]|\{)/.test(text));
  const plain = texts.filter((text) => !json.includes(text));
  return fc.oneof(
    { weight: 3, arbitrary: mutated(texts) },
    ...(json.length > 0 ? [{ weight: 3, arbitrary: jsonMutated(json) }] : []),
    ...(plain.length > 0 ? [{ weight: 3, arbitrary: relisted(plain) }] : []),
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  );
}

/** Every parser of a listing: never a fault, and every problem has a place and words. */
export const PARSER_TARGETS: readonly Target[] = PARSERS.map(([name, files, parse]) =>
  target(`parser ${name}`, 150, () =>
    fc.property(inputs(files), (text) => {
      const parsed = survives(() => parse(text, name));
      if (parsed) checkPlaces(parsed.problems, text);
    }),
  ),
);
