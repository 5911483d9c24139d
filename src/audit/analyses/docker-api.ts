import { command, remark } from '../../command/index.js';
import type { Analysis } from '../analysis.js';
import { checkPath } from '../checks/path.js';
import { behind, objectOf } from '../checks/words.js';
import { ENGINE, evidenceOf } from '../../inventory/index.js';
import type { HostService } from '../../surface/index.js';
import type { CheckResult, PossibleProof, Proof } from '../proof.js';
import type { Target } from '../rules/rule.js';
import type { Survey } from '../survey/survey.js';

const PLAIN = 2375;
const TLS = 2376;
const API: Omit<Target, 'ports'> = { kind: ['host', 'published'], protocols: ['tcp'], processes: [ENGINE], orUnknownProcess: true };
/** Ports on which a node of a swarm listens by dockerd, and the usual one of its metrics. */
const OTHER_DUTIES: readonly number[] = [2377, 7946, 9323];

function warnsOfApi(line: string): boolean {
  const at = line.search(/API is accessible on /i);
  return at >= 0 && /without (?:encryption|TLS|client)/i.test(line.slice(at));
}

/** What docker info says of the API: which ports it warns of, or that it is not in the snapshot. */
function warnedPorts(survey: Survey): readonly number[] | undefined {
  const { info } = survey.host;
  if (typeof info !== 'object' || info === null || !('Warnings' in info)) return undefined;
  const { Warnings: warnings } = info;
  if (!Array.isArray(warnings)) return [];
  return warnings.flatMap((text: unknown) => {
    if (typeof text !== 'string' || !text.split('\n').some(warnsOfApi)) return [];
    const port = /accessible on \S+:(\d{1,5})\b/i.exec(text)?.[1];
    return [port === undefined ? TLS : Number(port)];
  });
}

/** Ports of dockerd that are none of its other duties, beside the usual two. */
function unusualPorts(survey: Survey): readonly number[] {
  const mine = survey.services.filter((s): s is HostService => s.kind === 'host' && s.proto === 'tcp' && s.listener.process === ENGINE);
  return [...new Set(mine.map((s) => s.listener.port))].filter((port) => port !== PLAIN && port !== TLS && !OTHER_DUTIES.includes(port));
}

/** An API that listens and that nobody who was asked for reaches: one rule, or one container on the host's network, away. */
function unreached(survey: Survey, ports: readonly number[], found: readonly Proof[]): readonly Proof[] {
  const known = new Set(found.map((p) => p.object.name));
  return survey.services.flatMap((service): readonly Proof[] => {
    if (service.kind !== 'host' || service.proto !== 'tcp' || service.listener.process !== ENGINE) return [];
    if (!ports.includes(service.listener.port) || known.has(objectOf(service).name)) return [];
    return [
      {
        object: {
          ...objectOf(service),
          detail: `${behind(service)}, without client certificates; nobody who was asked for reaches it today`,
        },
        severity: 'info',
        cause: 'unreached',
        title: 'The Docker API listens on TCP without client certificates',
        traces: [],
        lines: [{ text: behind(service), origin: service.origin }],
        fixes: [
          {
            title: 'Leave the socket file only',
            commands: [
              remark`dockerd: remove -H tcp://… (unit file, or "hosts" in /etc/docker/daemon.json)`,
              command('systemctl', 'restart', 'docker'),
            ],
          },
        ],
      },
    ];
  });
}

/** What is reached, and asks for a certificate or does not: docker info would warn of the latter. */
function unverified(survey: Survey, reached: readonly Proof[]): readonly PossibleProof[] {
  const info = evidenceOf(survey.host).lack('info');
  const reasons = [
    'it is reached; whether dockerd verifies client certificates (--tlsverify) is not in the snapshot: docker info would warn of it',
  ];
  return reached.map((proof) => ({ ...proof, cause: 'unverified', open: { reasons, lacking: info === undefined ? [] : [info] } }));
}

/** The Docker API on 2375, 2376 and wherever else dockerd listens; whether it asks for a certificate, only docker info tells. */
export const dockerApi: Analysis = (survey, rule) => {
  const ask = (ports: readonly number[]): CheckResult =>
    ports.length === 0
      ? { notApplicable: '', proofs: [], doubts: [] }
      : checkPath(rule, { kind: 'path', from: ['internet', 'lan', 'container'], to: { ...API, ports: [...ports] } }, survey);
  const warned = warnedPorts(survey);
  const unsure = [TLS, ...unusualPorts(survey)];
  const open = [PLAIN, ...unsure.filter((port) => warned?.includes(port) === true)];
  const plain = ask(open);
  const rest = ask(unsure.filter((port) => !open.includes(port)));
  const possible = [
    ...(plain.possible ?? []),
    ...(warned === undefined ? [...unverified(survey, rest.proofs), ...(rest.possible ?? [])] : []),
  ];
  const quiet = unreached(survey, open, [...plain.proofs, ...possible]);
  const nothing = quiet.length === 0 && plain.notApplicable !== undefined && rest.notApplicable !== undefined;
  return {
    ...(nothing && { notApplicable: 'dockerd listens on no TCP port' }),
    proofs: [...plain.proofs, ...quiet],
    possible,
    doubts: [...plain.doubts, ...rest.doubts],
    note: 'the Docker API is not reached over the network',
  };
};
