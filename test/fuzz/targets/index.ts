import { ARCHIVE_TARGETS } from './archives.js';
import { CONFIG_TARGETS } from './config.js';
import { HOST_TARGETS } from './hosts.js';
import { PARSER_TARGETS } from './parsers.js';
import { RULE_TARGETS } from './rules.js';
import { PASTED_TARGETS } from './pasted.js';
import type { Target } from './target.js';

export type { Target } from './target.js';

/** Everything that is fuzzed. */
export const TARGETS: readonly Target[] = [
  ...PARSER_TARGETS,
  ...RULE_TARGETS,
  ...CONFIG_TARGETS,
  ...ARCHIVE_TARGETS,
  ...HOST_TARGETS,
  ...PASTED_TARGETS,
];
