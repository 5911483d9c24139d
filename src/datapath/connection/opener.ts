import { runsAsRoot } from '../../inventory/index.js';
import type { ListeningSocket } from '../../model/host.js';
import type { Machine } from '../machine/machine.js';
import type { Opener } from '../walk/skb.js';

const ROOT: Opener = { uids: [0], gids: [0] };

/**
 * Who opened a listener, and the connections that its program makes: the listing says, or the program does. A runtime's daemon and
 * its proxy are root in the namespace that they share with the host, also where the runtime is rootless and that namespace its own.
 */
export function openerOf({ root }: Machine, socket: ListeningSocket): Opener {
  const { uids, process } = socket;
  if (process !== undefined && runsAsRoot(process) && uids?.includes(0) !== false && root.netns.sockets.includes(socket)) return ROOT;
  return uids === undefined ? {} : { uids };
}
