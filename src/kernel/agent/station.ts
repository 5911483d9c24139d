import { openListener } from './listen.js';
import { readRequests, reply } from './lines.js';
import { applySysctls } from './sysctl.js';
import { sendProbe, touch } from './probe.js';
import type { ListenRequest, StationReply, StationRequest } from './protocol.js';

function tell(message: StationReply): void {
  reply(message);
}

async function listen(listeners: readonly ListenRequest[]): Promise<void> {
  const failed: { listener: ListenRequest; error: string }[] = [];
  for (const listener of listeners) {
    try {
      await openListener(listener, (relayed) => tell({ kind: 'relayed', ...relayed }));
    } catch (error) {
      failed.push({ listener, error: error instanceof Error ? error.message : String(error) });
    }
  }
  tell({ kind: 'listening', failed });
}

/** Runs inside one namespace: listens where its sockets listened, and sends probes. */
export function serveStation(): void {
  process.on('uncaughtException', (error) => process.stderr.write(`${error.message}\n`));
  readRequests<StationRequest>((request) => {
    switch (request.op) {
      case 'sysctl':
        return tell({ kind: 'set', failed: applySysctls(request.settings) });
      case 'touch':
        return void Promise.all(request.addresses.map(touch)).then(() => tell({ kind: 'touched' }));
      case 'listen':
        return void listen(request.listeners);
      case 'probe':
        for (const probe of request.probes) void sendProbe(probe).then((result) => tell({ kind: 'probed', ...result }));
        return;
    }
  });
}
