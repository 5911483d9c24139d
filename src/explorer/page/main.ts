import { textsOf, type ExplorerData } from '../data.js';
import { explorationIn } from '../engine.js';
import { BlankPage } from './blank.js';
import { el, fill } from './dom.js';
import { HostPage } from './host-page.js';

function dataOfPage(): ExplorerData {
  // written by the program that wrote this script, in the same file
  return JSON.parse(document.getElementById('data')?.textContent ?? '') as ExplorerData;
}

/** Starts the page that this script stands in. */
function start(root: HTMLElement): void {
  const data = dataOfPage();
  const host = explorationIn(data);
  if (host === undefined || data.texts === undefined) new BlankPage(root, data).start();
  else new HostPage(root, host, textsOf(data.texts), { version: data.version, captures: [] }).start();
}

const root = document.getElementById('app');
if (root !== null) {
  try {
    start(root);
  } catch (error) {
    fill(root, el('p', { class: 'error', role: 'alert' }, error instanceof Error ? error.message : String(error)));
    throw error;
  }
}
