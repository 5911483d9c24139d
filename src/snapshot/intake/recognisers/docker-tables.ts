import type { Call, Recogniser } from '../piece.js';

/** Words of the engine's command without its options. */
const wordsOf = ({ args }: Call): readonly string[] => args.filter((word) => !word.startsWith('-'));
const isEngine = ({ program }: Call): boolean => /^(?:docker|podman|nerdctl)$/.test(program);

const PORT_LINE = /^\d{1,5}\/(?:tcp|udp|sctp) -> \S+:\d+\s*$/;

/** `docker port web`: what a container publishes, which is named in the call alone. */
export const DOCKER_PORT: Recogniser = {
  name: 'docker port',
  printedBy: (call) => isEngine(call) && wordsOf(call)[0] === 'port',
  begins: (line) => PORT_LINE.test(line),
  goesOn: (line) => PORT_LINE.test(line),
  place: (lines, call) => {
    const [, name, port] = call === undefined ? [] : wordsOf(call);
    if (name === undefined || port !== undefined || !lines.some((line) => PORT_LINE.test(line)))
      return 'ports of a container that is not named: `docker inspect` shows whose they are';
    return { folder: 'docker', name: 'port.txt', variant: name, rank: 0, as: (line) => `${name} ${line.trim()}` };
  },
};

const isTable = (line: string): boolean => /^NAME {2}/.test(line) && /\bSERVICE\b/.test(line);
const OLD_TABLE = /^\s*Name\s+Command\s+State\s+Ports\s*$/;
const isComposePs = (call: Call): boolean =>
  (isEngine(call) && wordsOf(call)[0] === 'compose' && wordsOf(call).includes('ps')) ||
  (/^(?:docker|podman)-compose$/.test(call.program) && wordsOf(call).includes('ps'));

/** `docker compose ps`, as a table or as JSON: services, and what they publish. */
export const COMPOSE_PS: Recogniser = {
  name: 'docker compose ps',
  printedBy: isComposePs,
  begins: (line) => isTable(line) || OLD_TABLE.test(line),
  goesOn: (line) => /^\S+\s{2,}\S/.test(line),
  place: (lines) => {
    const first = lines.find((line) => line.trim() !== '') ?? '';
    if (!isTable(first) && !/^\s*[[{]/.test(first))
      return 'services without networks and addresses: `docker inspect $(docker ps -q)` shows them';
    return { folder: 'docker', name: 'compose-ps', variant: first, rank: 0 };
  },
};
