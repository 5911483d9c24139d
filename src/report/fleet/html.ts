import { SEVERITIES, type Severity } from '../../model/audit.js';
import type { Fleet, FleetFinding, FleetHost } from '../../model/fleet.js';
import { printCommands } from '../../command/index.js';
import { severityOf, wantedLine } from '../audit/open-words.js';
import { POLICY_WITHOUT_SCRIPT } from '../audit/page/find.js';
import { PAGE_STYLE } from '../audit/page/style.js';
import { code, folded, list, listOfMany, text } from '../audit/page/text.js';
import { suppressionText } from '../audit/words.js';
import { count } from '../words.js';
import type { FleetReport } from './report.js';
import { fleetLine, groundLines, hostsOf, inCommon, setAside, suppressedLines, suppressionsToLookAt, type Common } from './words.js';

const STYLE = `
${PAGE_STYLE}
.grid td.n{text-align:right;font-variant-numeric:tabular-nums}.grid td.n:not(.zero){color:var(--tone);font-weight:700}.grid td.zero{color:var(--dim)}
.grid th:not(:first-child){text-align:right}.sheet{overflow-x:auto}.grid .failed{color:var(--high);font-weight:600}
`;

/** More objects of one finding on one host are counted. */
const NAMED = 6;

const numberOf = ({ findings }: FleetHost, severity: Severity): number => findings.filter((f) => f.severity === severity).length;

/** Whether an undetermined rule of a host may find something so severe. */
const isHidden = ({ undetermined }: FleetHost, severity: Severity): boolean => undetermined.some((u) => u.severity === severity);

/** Hosts of which nothing is known come first, then the worst; where as much was found, who may have more. */
function worstFirst(hosts: readonly FleetHost[]): readonly FleetHost[] {
  return [...hosts].sort((a, b) => {
    const unknown = Number(b.problem !== undefined) - Number(a.problem !== undefined);
    const differences = SEVERITIES.flatMap((severity) => [
      numberOf(b, severity) - numberOf(a, severity),
      Number(isHidden(b, severity)) - Number(isHidden(a, severity)),
    ]);
    return unknown || (differences.find((d) => d !== 0) ?? 0) || (a.name < b.name ? -1 : 1);
  });
}

/** How many, and a question mark where rules that are not decided may find more. */
function cell(host: FleetHost, severity: Severity): string {
  const own = host.findings.filter((f) => f.severity === severity);
  const fresh = own.filter((f) => f.isNew === true).length;
  const mark = fresh === 0 ? '' : ` <small>${fresh} new</small>`;
  const hidden = isHidden(host, severity);
  const number = hidden ? (own.length === 0 ? '?' : `${own.length} + ?`) : String(own.length);
  return `<td class="n ${own.length === 0 && !hidden ? 'zero' : severity}">${number}${mark}</td>`;
}

function row(host: FleetHost, index: number): string {
  const name = `<th scope="row"><a href="#host-${index}">${text(host.name)}</a></th>`;
  if (host.problem !== undefined) return `<tr>${name}<td colspan="7" class="failed">not audited: ${text(host.problem)}</td></tr>`;
  const open = host.undetermined.length;
  return `<tr>${name}${SEVERITIES.map((severity) => cell(host, severity)).join('')}<td class="n${host.exposures.length === 0 ? ' zero' : ''}">${host.exposures.length}</td><td class="n ${open === 0 ? 'zero' : 'medium'}">${open}</td></tr>`;
}

function grid(hosts: readonly FleetHost[]): string {
  const head = ['Host', ...SEVERITIES, 'doors from outside', 'undetermined'].map((title) => `<th scope="col">${title}</th>`).join('');
  return `<div class="sheet" tabindex="0" role="region" aria-label="Hosts and severities"><table class="grid"><thead><tr>${head}</tr></thead><tbody>${hosts.map(row).join('')}</tbody></table></div><p><small>?: rules that the snapshot does not decide may find such; what is undetermined does not count as passed.</small></p>`;
}

function named({ objects }: FleetFinding): string {
  const more = objects.length - NAMED;
  return `${objects
    .slice(0, NAMED)
    .map((o) => text(o.name))
    .join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function usedMark({ used }: FleetFinding): string {
  return used?.status === 'seen' ? ' <small>in use, the captures show</small>' : '';
}

function commonHtml(common: Common): string {
  const { rule, severity, title, isPossible, on } = common;
  const items = on.map(({ host, finding }) => {
    const commands = printCommands(finding.remedy.steps.flatMap((step) => step.commands));
    const fix = folded('Remedy', commands.length === 0 ? '' : `<pre><code>${commands.map(text).join('\n')}</code></pre>`);
    return `<b>${text(host.name)}</b>${finding.isNew === true ? ' <span class="mark new">new</span>' : ''} ${named(finding)}${usedMark(finding)}${fix}`;
  });
  const head = `<h3><span class="badge">${isPossible ? 'POSSIBLE ' : ''}${severity.toUpperCase()}</span> ${text(title)}</h3> <span class="n">${count(hostsOf(common), 'host')}</span>`;
  return `<article class="finding ${severity}"><details><summary>${head}</summary><div class="body"><p>${text(on[0]?.finding.remedy.text ?? '')} <small>Rule ${code(rule)}</small></p>${listOfMany(items, 12, 'hosts', 'objects')}</div></details></article>`;
}

function hostHtml(host: FleetHost, index: number): string {
  const findings = host.findings.map((f) => `<b class="badge ${f.severity}">${severityOf(f)}</b> ${text(f.title)}: ${named(f)}`);
  const doors = host.exposures.map(
    (e) => `<b>${text(`${e.to}/${e.proto}`)}</b> at ${code(e.at)} from ${text(e.from.join(', '))} <small>${text(e.how)}</small>`,
  );
  const body =
    host.problem === undefined
      ? [
          list(findings, 'objects'),
          folded(`${count(doors.length, 'door')} from outside`, list(doors)),
          folded('What would decide the undetermined', list(host.wanted.map((w) => text(wantedLine(w))))),
        ].join('')
      : `<p>${text(host.problem)}</p>`;
  return `<article class="finding"><details><summary><h3>${text(host.name)}</h3></summary><div class="body" id="host-${index}">${body}</div></details></article>`;
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<h2>${title}</h2>${listOfMany(lines.map(text), 12, 'lines')}`;
}

/** How bad the whole fleet is, by colour: red where somebody must act, amber where a host is not known. */
function toneOf({ hosts }: Fleet): string {
  if (hosts.some((host) => numberOf(host, 'critical') + numberOf(host, 'high') > 0)) return 'red';
  return hosts.some((host) => host.problem !== undefined || host.undetermined.length > 0) ? 'amber' : 'green';
}

/** One page for who keeps many hosts: hosts by severities, worst first; then what they have in common, and each host folded. */
export const report: FleetReport = (fleet, { version }) => {
  const hosts = worstFirst(fleet.hosts);
  const notes = suppressionsToLookAt(fleet).map(suppressionText);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY_WITHOUT_SCRIPT}">
<title>Network audit of ${count(fleet.hosts.length, 'host')}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Network audit of a fleet</h1>${list([count(fleet.hosts.length, 'host'), `dtrace-path ${text(version)}`], 'facts')}</header>
<main>
<section id="summary"><p class="verdict ${toneOf(fleet)}">${text(fleetLine(fleet))}</p>${grid(hosts)}</section>
<section><h2>What hosts have in common</h2>${inCommon(fleet).map(commonHtml).join('\n')}</section>
<section><h2>Hosts</h2>${hosts.map(hostHtml).join('\n')}</section>
<section class="rest">${block('Not read', groundLines(fleet))}${block('Not asked', setAside(fleet, 'disabled'))}${block('May stay undetermined', setAside(fleet, 'accepted'))}${block('Suppressed', suppressedLines(fleet))}${block('Suppressions to look at', notes)}</section>
</main>
</body>
</html>
`;
};
