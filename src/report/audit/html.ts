import type { Audit } from '../../model/audit.js';
import { coverage } from './page/coverage.js';
import { exposure } from './page/exposure.js';
import { findingHtml } from './page/finding.js';
import { FILTER_STYLE, findBar, FIND_SCRIPT, POLICY } from './page/find.js';
import { head } from './page/head.js';
import { STYLE } from './page/style.js';
import { summary } from './page/summary.js';
import { text } from './page/text.js';
import type { AuditReport } from './report.js';
import { hostName, newFirst } from './words.js';

function findings(audit: Audit): string {
  if (audit.findings.length === 0) return '';
  return `<section id="findings"><h2>Findings</h2>${findBar(audit)}${newFirst(audit.findings).map(findingHtml).join('\n')}</section>`;
}

/** One page that needs nothing else: no network; a script of its own finds words, and all is there without it. */
export const report: AuditReport = (audit, { version }) => [
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Network audit of ${text(hostName(audit))}</title>
<style>${STYLE}${FILTER_STYLE}
</style>
</head>
<body>
${head(audit, version)}
<main>
${[summary(audit), findings(audit), exposure(audit) + coverage(audit)].filter((part) => part !== '').join('\n')}
</main>
${FIND_SCRIPT}
</body>
</html>
`,
];
