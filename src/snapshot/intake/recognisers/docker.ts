import { hasFlag } from '../call.js';
import type { Call, Placing, Recogniser } from '../piece.js';

const ENGINES = /^(?:docker|podman|nerdctl)$/;
/** Options of the engine itself, before its command. */
function commandOf({ program, args }: Call): readonly string[] {
  if (!ENGINES.test(program)) return [];
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (/^(?:-H|--host|-c|--context|--format|-f|--filter|--type|-n|--last)$/.test(word)) i++;
    else if (!word.startsWith('-')) words.push(word);
  }
  return words[0] === 'container' || words[0] === 'system' ? words.slice(1) : words;
}

const hasFormat = ({ args }: Call): boolean => args.some((word) => /^(?:--format|-f)(?:=|$)/.test(word));

/** `docker inspect` of containers, of networks, or of both. */
export const DOCKER_INSPECT: Recogniser = {
  name: 'docker inspect',
  begins: () => false,
  goesOn: () => false,
  printedBy: (call) => {
    const [first, second] = commandOf(call);
    return first === 'inspect' || (first === 'network' && second === 'inspect');
  },
  place: (lines, call) => {
    if (call !== undefined && hasFormat(call)) return `\`${call.text}\` shows a part of what \`docker inspect\` shows`;
    const network = call === undefined ? /"IPAM"\s*:|"subnets"\s*:/.test(lines.join('\n')) : commandOf(call)[0] === 'network';
    return inspected(network, call?.text ?? lines.slice(0, 8).join('\n'));
  },
};

/** Members that only `docker inspect` prints, as somebody who copied a part of it has them. */
const PART = /^\s*"(?:NetworkSettings|HostConfig|NetworkMode|PortBindings|Networks|IPAM|EndpointSettings|ExposedPorts)"\s*:/;

/** A part of `docker inspect`, copied out of it or asked for by `-f`: it does not tell whose it is. */
export const DOCKER_PART: Recogniser = {
  name: 'docker inspect',
  begins: (line) => PART.test(line),
  goesOn: (line) => /^\s*(?:["{}[\]]|(?:null|true|false|-?\d+),?\s*$)/.test(line),
  printedBy: () => false,
  place: () => 'a part of what `docker inspect` prints, which does not tell whose it is: give all that `docker inspect NAME` prints',
};

function inspected(network: boolean, variant: string): Placing {
  return { folder: 'docker', name: network ? 'networks.json' : 'containers.json', variant, rank: 0 };
}

const table =
  (...titles: readonly RegExp[]) =>
  (line: string): boolean =>
    titles.every((title) => title.test(line));
const PS_HEAD = table(/^CONTAINER ID\b/, /\b(?:IMAGE|NAMES)\b/);
const NETWORKS_HEAD = table(/^NETWORK ID\b/, /\bDRIVER\b/);

/** `docker ps`. */
export const DOCKER_PS: Recogniser = {
  name: 'docker ps',
  begins: PS_HEAD,
  goesOn: (line) => /^[0-9a-f]{4,64}(?:\.\.\.)?\s{2,}\S/.test(line),
  printedBy: (call) => /^(?:ps|ls|list)$/.test(commandOf(call)[0] ?? ''),
  place: (lines, call) =>
    !lines.some((line) => PS_HEAD(line) && /\bNAMES\b/.test(line)) || (call !== undefined && hasFlag(call.args, 'q'))
      ? `${call === undefined ? 'it' : `\`${call.text}\``} shows no ids or no names of containers: \`docker ps -a\` shows both`
      : { folder: 'docker', name: 'ps.txt', variant: '', rank: call !== undefined && hasFlag(call.args, 'a') ? 1 : 0 },
};

/** `docker network ls`. */
export const DOCKER_NETWORK_LS: Recogniser = {
  name: 'docker network ls',
  begins: NETWORKS_HEAD,
  goesOn: (line) => /^[0-9a-z]{12,64}\s{2,}\S/.test(line),
  printedBy: (call) => commandOf(call)[0] === 'network' && /^(?:ls|list)$/.test(commandOf(call)[1] ?? ''),
  place: () => ({ folder: 'docker', name: 'network-ls.txt', variant: '', rank: 0 }),
};

/** The Engine's version, in the text of `docker version` (below its heading) and of `docker info`. */
function serverVersion(lines: readonly string[]): string | undefined {
  const heading = lines.findIndex((line) => /^Server:/.test(line));
  const below = heading < 0 ? [] : lines.slice(heading + 1);
  const pattern = /^\s*(?:Server )?Version:\s+(\d[\w.+~-]{0,40})\s*$/;
  const named = lines.find((line) => /^\s*Server Version:/.test(line));
  const engine = named ?? below.find((line, i) => pattern.test(line) && /Engine:\s*$|^Server:/.test(below[i - 1] ?? 'Server:'));
  return pattern.exec(engine ?? '')?.[1];
}

/** Writes the text as the JSON that the same command prints, of which the Engine's version alone is read. */
function versionPlacing(version: string): Placing {
  const json = JSON.stringify({ Server: { Version: version } });
  return { folder: 'docker', name: 'version.json', variant: '', rank: -1, as: (_, index) => (index === 0 ? json : '') };
}

/** `docker info`, `docker version`: of their text, the Engine's version is read. */
export const DOCKER_INFO: Recogniser = {
  name: 'docker info',
  begins: (line) => /^(?:Client|Containers):(?:\s|$)/.test(line),
  goesOn: (line) => /^(?:\s|[A-Z][A-Za-z ]+:(?:\s|$))/.test(line),
  printedBy: (call) => /^(?:info|version)$/.test(commandOf(call)[0] ?? ''),
  place: (lines, call) => {
    const first = lines.find((line) => line.trim() !== '') ?? '';
    if (!first.trimStart().startsWith('{')) {
      const told = lines.some((line) => /^\s*(?:Server Version:|Firewall Backend:|WARNING: )/.test(line));
      if (told) return { folder: 'docker', name: 'info.txt', variant: '', rank: 0 };
      const version = serverVersion(lines);
      if (version !== undefined) return versionPlacing(version);
      return 'nothing of it decides a flow: `docker info` tells of the engine what does';
    }
    const name = call !== undefined ? commandOf(call)[0] : /"Containers"\s*:/.test(lines.join('\n')) ? 'info' : 'version';
    return { folder: 'docker', name: `${name ?? 'info'}.json`, variant: '', rank: 0 };
  },
};
