import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { SEVERITIES, type Audit } from '../../../model/audit.js';

/**
 * The only script of the page: shows what has the words that are looked for. It is the same in every page, holds nothing of a snapshot, and reads
 * what is shown; the page's policy allows it alone, by its hash. Without it, all is shown.
 */
const SCRIPT = `
(() => {
  const bar = document.querySelector('.find'), field = bar && bar.querySelector('input[type=search]');
  if (!field) return;
  const told = bar.querySelector('output'), all = [...document.querySelectorAll('[data-find]')];
  const has = (one, words) => words.every((word) => one.textContent.toLowerCase().includes(word));
  const label = bar.querySelector('label[hidden]');
  label.hidden = false;
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const one of all) {
      one.hidden = !has(one, words);
      if (!one.hidden) shown++;
      const items = [...one.querySelectorAll('.objects li')];
      const fit = items.filter((item) => has(item, words));
      for (const item of items) item.hidden = fit.length > 0 && !fit.includes(item);
      for (const fold of one.querySelectorAll('details')) {
        fold.dataset.was ??= String(fold.open);
        fold.open = words.length > 0 && !one.hidden && all.length > 0 ? fold.dataset.was === 'true' || fit.some((item) => fold.contains(item)) : fold.dataset.was === 'true';
      }
    }
    told.textContent = words.length === 0 ? '' : shown + ' of ' + all.length;
  });
})();
`;

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 section 4; this room has neither the browser's nor Node's own. */
function base64(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = (bits.match(/.{1,6}/g) ?? []).map((six) => DIGITS[parseInt(six.padEnd(6, '0'), 2)] ?? '').join('');
  return digits.padEnd(Math.ceil(digits.length / 4) * 4, '=');
}

/** What a page without script may do: draw itself. */
export const POLICY_WITHOUT_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'";

/** What the page may do: draw itself, and run the one script that it has. */
export const POLICY = `${POLICY_WITHOUT_SCRIPT}; script-src 'sha256-${base64(sha256(utf8ToBytes(SCRIPT)))}'`;

export const FIND_SCRIPT = `<script>${SCRIPT}</script>`;

/** Boxes that show and hide severities are rules of style: they work without script. */
export const FILTER_STYLE = SEVERITIES.map((s) => `body:has(#f-${s}:not(:checked)) .finding.${s}{display:none}`).join('\n');

/** @returns the bar above the findings; nothing where there are none. */
export function findBar(audit: Audit): string {
  if (audit.findings.length === 0) return '';
  const present = SEVERITIES.filter((s) => audit.findings.some((f) => f.severity === s));
  const boxes = present.map(
    (s) => `<label class="${s}"><input type="checkbox" id="f-${s}" checked> <span class="badge">${s}</span></label>`,
  );
  const find = '<label hidden>Find <input type="search" placeholder="container, port, rule, file …"></label><output></output>';
  return `<div class="find" role="search" aria-label="Findings">${find}<fieldset><legend>Severities that are shown</legend>${boxes.join('')}</fieldset></div>`;
}
