import { flowRequest, QuestionError, traceFlow, unknownNameIn } from '../../datapath/index.js';
import { explain, NothingToExplain } from '../../explain/index.js';
import { advise } from '../../advice/index.js';
import {
  listenersInPart,
  namesUnlistened,
  reachabilityMatrix,
  unknownInMatrix,
  wantsService,
  wantsSource,
} from '../../reachability/index.js';
import { report as traceText } from '../../report/trace/index.js';
import { printedTrace } from '../../report/index.js';
import { publishedSchema } from './schemas.js';
import { after, SUPPOSED, tool, ToolFault, type Supposing } from './tool.js';

const NAME = { type: 'string', minLength: 1, maxLength: 300 } as const;
const PORT = { type: 'integer', minimum: 0, maximum: 65535 } as const;
const PROTO = { type: 'string', enum: ['tcp', 'udp', 'icmp'] } as const;

interface TraceArgs extends Supposing {
  readonly from: string;
  readonly to: string;
  readonly proto?: 'tcp' | 'udp' | 'icmp';
  readonly port?: number;
  readonly sport?: number;
  readonly src?: string;
}

/** The path of one flow, with every rule that it meets. */
export const trace = tool<TraceArgs>(
  {
    name: 'trace',
    description:
      'The exact path of one flow through the Docker host: interfaces, routes, every iptables/nftables rule matched with its file and line, NAT, the answer, and the outcome with the code of its cause. ' +
      'Outcome "unknown" means the snapshot does not tell; never take it for open or closed.',
    input: {
      type: 'object',
      additionalProperties: false,
      required: ['from', 'to'],
      properties: {
        from: { ...NAME, description: 'A container, "host", "internet", or an IP address.' },
        to: { ...NAME, description: 'A container, "host", or an IP address; ":port" may follow.' },
        proto: PROTO,
        port: PORT,
        sport: PORT,
        src: NAME,
        whatIf: SUPPOSED,
      },
    },
    output: publishedSchema('trace'),
  },
  (asked, { from, to, proto, port, sport, src, whatIf = [] }) => {
    const { machine } = after(asked, whatIf);
    try {
      const request = flowRequest({ from, to, proto, src, sport, dport: port });
      const unknown = unknownNameIn(machine, request);
      if (unknown !== undefined) throw new ToolFault('bad-question', unknown);
      const found = advise(machine, request, traceFlow(machine, request));
      return { structured: printedTrace(found), text: traceText.render(found, { verbose: false, color: false }) };
    } catch (error) {
      throw error instanceof QuestionError ? new ToolFault('bad-question', error.message) : error;
    }
  },
);

interface MatrixArgs extends Supposing {
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly unlistened?: boolean;
}

/** Who reaches what. */
export const matrix = tool<MatrixArgs>(
  {
    name: 'matrix',
    description:
      'Who reaches what: every source against every service. cells[source][service] is an index into results; each result has a cause with a code, and a witness flow that trace shows in full. Narrow it with from and to.',
    input: {
      type: 'object',
      additionalProperties: false,
      properties: {
        from: { type: 'array', items: NAME, description: 'Only these sources: "outside", "lan", "host", "network:NAME", a container.' },
        to: { type: 'array', items: NAME, description: 'Only services of these targets ("web", "host") or of these names ("web:80/tcp").' },
        unlistened: { type: 'boolean', description: 'Ports that packets get to and nobody listens on as well.' },
        whatIf: SUPPOSED,
      },
    },
    output: publishedSchema('matrix'),
  },
  (asked, { from, to, unlistened, whatIf = [] }) => {
    const names = { from, to };
    const { machine } = after(asked, whatIf);
    const structured = reachabilityMatrix(machine, {
      from: wantsSource(names),
      to: wantsService(names),
      unlistened: unlistened ?? (namesUnlistened(names) || listenersInPart(asked.host)),
    });
    const unknown = unknownInMatrix(machine, structured, names);
    if (unknown !== undefined) throw new ToolFault('bad-question', unknown);
    return { structured };
  },
);

/** What a thing of the snapshot is. */
export const explainTool = tool<Supposing & { readonly what: string }>(
  {
    name: 'explain',
    description:
      'What a thing of the host is, and who reaches it: an interface, bridge, address, subnet, port, container, network, chain, or a rule by its file:line.',
    input: { type: 'object', additionalProperties: false, required: ['what'], properties: { what: NAME, whatIf: SUPPOSED } },
    output: {
      type: 'object',
      required: ['answers'],
      properties: { answers: { type: 'array', items: { type: 'object', required: ['format', 'kind', 'subject', 'summary', 'sections'] } } },
    },
  },
  (asked, { what, whatIf = [] }) => {
    const { machine } = after(asked, whatIf);
    try {
      return { structured: { answers: explain(machine, what) } };
    } catch (error) {
      throw error instanceof NothingToExplain ? new ToolFault('bad-question', error.message) : error;
    }
  },
);
