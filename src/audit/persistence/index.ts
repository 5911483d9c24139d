import type { AtStart } from '../../model/at-start.js';
import type { Survey } from '../survey/survey.js';
import type { StartComparison } from './difference.js';
import { comparedRules } from './iptables.js';
import { comparedNftables } from './nftables.js';
import { changedSettings } from './settings.js';

export type { StartDifference } from './difference.js';

/** @returns what the next start of the machine would change, as far as the files that were given tell. */
export function compareStart(survey: Survey, atStart: AtStart): StartComparison {
  const all = [
    ...comparedRules(survey, atStart.rules),
    comparedNftables(survey, atStart.nftables),
    { differences: changedSettings(survey, atStart), doubts: [] },
  ];
  return { differences: all.flatMap(({ differences }) => differences), doubts: all.flatMap(({ doubts }) => doubts) };
}
