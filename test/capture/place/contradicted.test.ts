import { describe, expect, it } from 'vitest';
import { placeOnTrace } from '../../../src/capture/place/evidence.js';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { CaptureEvidence } from '../../../src/model/capture.js';
import { hostOf, questionOf, read, specsOf, truthOf } from '../lab.js';

const LAB = 'docker20';

interface Case {
  readonly flow: string;
  /** Changes the snapshot's rules, so that it no longer is the host that was captured. */
  readonly edit?: (rules: string) => string;
  /** Captures that are left out. */
  readonly only?: RegExp;
  readonly wanted: Pick<CaptureEvidence, 'verdict' | 'text' | 'contradictions'> & { readonly origin?: string; readonly statuses: string };
}

async function evidenceOf({ flow, edit, only }: Case): Promise<CaptureEvidence> {
  const host = await hostOf(LAB, (path, text) => (edit && path === 'host/iptables-save.txt' ? edit(text) : text));
  const truth = truthOf(LAB).find((t) => t.flow.id === flow)!;
  const captures = await read(
    specsOf(LAB, flow).filter((spec) => !only || only.test(spec)),
    host,
  );
  return placeOnTrace(traceFlow(createMachine(host), questionOf(truth)), captures, {}, host);
}

const MARK = { seen: '+', 'not-seen': '-', 'not-observable': '?' } as const;

const drop = (rules: string): string => rules.replace(/^(.*-A DOCKER-USER .*--dport 9999 .*)$/m, '');
const block = (rules: string): string =>
  rules.replace(/^(.*-A DOCKER-USER .*--dport 9999 .*)$/m, '-A DOCKER-USER -p tcp --dport 80 -j DROP');
const elsewhere = (rules: string): string => rules.replaceAll('172.17.0.2:80', '172.17.0.3:80');

const CASES: readonly (readonly [string, Case])[] = [
  [
    'the host drops what the snapshot lets through',
    {
      flow: 'web-out-dropped',
      edit: drop,
      wanted: {
        verdict: 'contradicted',
        text: 'the packet is seen at host docker0 in and not at host up0 out: between them lies the rule that should ACCEPT it: -A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
        origin: 'host/iptables-save.txt:18',
        contradictions: [],
        statuses: '+++-',
      },
    },
  ],
  [
    'the host lets through what the snapshot drops',
    {
      flow: 'in-published',
      edit: block,
      wanted: {
        verdict: 'contradicted',
        text: "the prediction is timeout (`-A DOCKER-USER -p tcp --dport 80 -j DROP` in host's filter DOCKER-USER drops it); the captures show it established (answered)",
        contradictions: [
          "the prediction is timeout (`-A DOCKER-USER -p tcp --dport 80 -j DROP` in host's filter DOCKER-USER drops it); the captures show it established (answered)",
          'the packet is seen where the prediction never brings it: host docker0 out, host vethb26b483 out, web eth0 in',
          'an answer is seen where the prediction never brings it: web eth0 out, host vethb26b483 in, host docker0 in, host up0 out',
        ],
        statuses: '+',
      },
    },
  ],
  [
    'the host translates to another container',
    {
      flow: 'in-published',
      edit: elsewhere,
      wanted: {
        verdict: 'contradicted',
        text: 'the prediction is refused (nothing listens on tcp 172.17.0.3:80 in cli); the captures show it established (answered)',
        contradictions: [
          'the prediction is refused (nothing listens on tcp 172.17.0.3:80 in cli); the captures show it established (answered)',
          'at host docker0 out the packet is 198.51.100.1:58234 → 172.17.0.2:80, not 198.51.100.1:58234 → 172.17.0.3:80 as predicted',
          'the packet is seen where the prediction never brings it: web eth0 in',
          'at host docker0 in an answer is 172.17.0.2:80 → 198.51.100.1:58234, not 172.17.0.3:80 → 198.51.100.1:58234 as predicted',
          'an answer is seen where the prediction never brings it: web eth0 out',
          'seen further on, but not at host docker0 out, host veth3a7a41a out, host veth3a7a41a in, host docker0 in: another way, or lost by the capture',
        ],
        statuses: '+--??--+',
      },
    },
  ],
  [
    'only the host is watched',
    {
      flow: 'web-out-tcp',
      only: /^host/,
      wanted: {
        verdict: 'partly',
        text: '3 of 4 predicted hops are seen, and no capture was taken at the other 1',
        contradictions: [],
        statuses: '?+++',
      },
    },
  ],
  [
    'only the client is watched',
    {
      flow: 'cli-host-published',
      only: /^cli/,
      wanted: {
        verdict: 'partly',
        text: '2 of 12 predicted hops are seen, and no capture was taken at the other 10',
        contradictions: [],
        statuses: '+????+??????',
      },
    },
  ],
  [
    'nothing is watched',
    {
      flow: 'web-out-tcp',
      only: /^none/,
      wanted: { verdict: 'not-observable', text: 'no capture was taken at any hop of this path', contradictions: [], statuses: '????' },
    },
  ],
];

describe('captures against a prediction', () => {
  it.each(CASES)('%s', async (_, test) => {
    const { verdict, text, contradictions, missing, hops } = await evidenceOf(test);
    const origin = missing?.origin && `${missing.origin.file}:${missing.origin.line}`;
    const statuses = hops.map(({ status }) => MARK[status]).join('');
    expect({ verdict, text, contradictions, ...(origin && { origin }), statuses }).toEqual(test.wanted);
  });

  it('captures of another flow', async () => {
    const host = await hostOf(LAB);
    const trace = traceFlow(createMachine(host), { from: 'web', to: '203.0.113.8', proto: 'tcp', dport: 444 });
    const { verdict, text, flows, hops } = placeOnTrace(trace, await read(specsOf(LAB, 'web-out-tcp'), host), {}, host);
    expect({ verdict, text, flows, statuses: hops.map(({ status }) => MARK[status]).join('') }).toEqual({
      verdict: 'none',
      text: 'the captures hold no packet of this flow',
      flows: 0,
      statuses: '----',
    });
  });
});
