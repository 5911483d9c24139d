import type { Host } from '../../model/host.js';
import { refuse, type Change } from '../change.js';
import { applyConnect, applyDisconnect, applyRemove, applyStop } from './containers.js';
import { applyNetworkCreate, applyNetworkRemove } from './network.js';
import { applyDockerRun } from './run.js';

/** What people try that has no effect a model could show, or one that it cannot know: why, and what to do instead. */
const NOT_MODELLED: ReadonlyMap<string, string> = new Map([
  ['start', 'what a stopped container listens on and publishes is in no listing: write it as docker run with its options'],
  ['restart', 'a container that starts again has the same rules and links; its address may be another'],
  ['pause', "the kernel goes on to answer for a paused container's sockets"],
  ['compose', 'give its files: --what-if compose.yaml'],
  ['service', 'services are not modelled: take a snapshot after the change, and compare the two with diff'],
  [
    'stack',
    'services are not modelled (a stack file as docker compose would start it: --what-if stack.yaml): take a snapshot after the change, and compare the two with diff',
  ],
  ['swarm', 'services are not modelled: take a snapshot after the change, and compare the two with diff'],
]);

function applyNetwork(host: Host, change: Change, [verb = '', ...rest]: readonly string[]): Host {
  switch (verb) {
    case 'create':
      return applyNetworkCreate(host, change, rest);
    case 'rm':
    case 'remove':
      return applyNetworkRemove(host, change, rest);
    case 'connect':
      return applyConnect(host, change, rest);
    case 'disconnect':
      return applyDisconnect(host, change, rest);
    default:
      return refuse(change, `of docker network, create, rm, connect and disconnect are understood, not "${verb}"`);
  }
}

/** Names of containers after the options of `docker stop`, each of which takes a value. */
function namesOf(words: readonly string[]): readonly string[] {
  return words.filter((word, i) => !word.startsWith('-') && !/^(?:-t|--time|--timeout|-s|--signal)$/.test(words[i - 1] ?? ''));
}

/** `docker run|stop|kill|rm` and `docker network create|rm|connect|disconnect`, also as `docker container …`. */
export function applyDocker(host: Host, change: Change): Host {
  const words = change.words[1] === 'container' ? ['docker', ...change.words.slice(2)] : change.words;
  const [, verb = '', ...rest] = words;
  switch (verb) {
    case 'run':
      return applyDockerRun(host, { ...change, words });
    case 'stop':
    case 'kill':
      return applyStop(host, change, namesOf(rest));
    case 'rm':
      return applyRemove(host, change, rest);
    case 'network':
      return applyNetwork(host, change, rest);
    default: {
      const why = NOT_MODELLED.get(verb);
      return refuse(
        change,
        `docker ${verb} is not modelled: ${why ?? 'run, stop, kill, rm, exec, network create, rm, connect and disconnect are'}`,
      );
    }
  }
}
