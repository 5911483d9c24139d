import type { Analysis } from '../analysis.js';
import { checkPath } from '../checks/path.js';
import type { Target } from '../rule.js';
import type { CheckResult } from '../proof.js';
import type { Survey } from '../survey/survey.js';

const API: Omit<Target, 'ports'> = { kind: ['host', 'published'], protocols: ['tcp'], processes: ['dockerd'], orUnknownProcess: true };

/** docker info warns of an API that asks for no certificate, and only then. */
function warnsOfNoVerification(survey: Survey): boolean | undefined {
  const { info } = survey.host;
  if (typeof info !== 'object' || info === null || !('Warnings' in info)) return undefined;
  const { Warnings: warnings } = info;
  return (
    Array.isArray(warnings) &&
    warnings.some((text) => typeof text === 'string' && /API is accessible on .*(?:without (?:encryption|TLS|client))/i.test(text))
  );
}

/** The Docker API on 2375 and 2376; whether the latter asks for a certificate, only docker info tells. */
export const dockerApi: Analysis = (survey, rule) => {
  const ask = (ports: number[]): CheckResult =>
    checkPath(rule, { kind: 'path', from: ['internet', 'lan', 'container'], to: { ...API, ports } }, survey);
  const plain = ask([2375]);
  const tls = ask([2376]);
  const unverified = warnsOfNoVerification(survey);
  const doubts =
    unverified === undefined
      ? tls.proofs.map(
          (p) =>
            `${p.object.name} is reached; whether dockerd verifies client certificates (--tlsverify) is not in the snapshot: docker info would warn of it`,
        )
      : [];
  const absent =
    plain.notApplicable === undefined || tls.notApplicable === undefined ? {} : { notApplicable: 'nothing listens on 2375 or 2376' };
  return {
    ...absent,
    proofs: [...plain.proofs, ...(unverified === true ? tls.proofs : [])],
    doubts: [...plain.doubts, ...tls.doubts, ...doubts],
    note: 'the Docker API is not reached over the network',
  };
};
