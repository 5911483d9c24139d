import { marked } from 'marked';
import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { SaxesParser } from 'saxes';
import { FIND_SCRIPT } from '../../../src/report/audit/page/find.js';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** Elements that run, load or leave. */
const LIVE = new Set(['script', 'img', 'iframe', 'object', 'embed', 'form', 'base', 'link', 'foreignobject', 'textarea', 'video', 'audio']);
const ADDRESS = new Set(['href', 'src', 'xlink:href', 'action', 'formaction']);
/** Where a link of ours leads: within the page, or to the pages that explain a rule. */
const OURS = /^(?:#|https:\/\/)/;

function attributeFaults(element: string, attributes: readonly { readonly name: string; readonly value: string }[]): readonly string[] {
  return attributes.flatMap(({ name, value }) => {
    if (/^on/i.test(name)) return [`${element} has ${name}`];
    return ADDRESS.has(name.toLowerCase()) && !OURS.test(value) ? [`${element} leads to ${value.slice(0, 60)}`] : [];
  });
}

function elementFaults(node: Element): readonly string[] {
  const live = LIVE.has(node.tagName.toLowerCase()) ? [`an element ${node.tagName}`] : [];
  return [...live, ...attributeFaults(node.tagName, node.attrs)];
}

function treeFaults(node: Node): readonly string[] {
  const own = 'tagName' in node ? elementFaults(node) : [];
  return 'childNodes' in node ? [...own, ...node.childNodes.flatMap(treeFaults)] : own;
}

/** @returns what of a page, as a browser would read it (the HTML standard's own algorithm), runs, loads or leaves. */
export function pageFaults(text: string): readonly string[] {
  return treeFaults(parse(text.replace(FIND_SCRIPT, '')));
}

/** @returns the same of Markdown, drawn as GitHub does. */
export function markdownFaults(text: string): readonly string[] {
  return treeFaults(parse(marked.parse(text, { async: false, gfm: true })));
}

/** @returns what is wrong with a document of XML: not well-formed, a document type, an element or attribute that does something. */
export function xmlFaults(text: string): readonly string[] {
  const faults: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', ({ message }) => void faults.push(`no XML: ${message}`));
  parser.on('doctype', () => void faults.push('a document type'));
  parser.on('opentag', ({ name, attributes }) => {
    if (LIVE.has(name.toLowerCase())) faults.push(`an element ${name}`);
    faults.push(
      ...attributeFaults(
        name,
        Object.entries(attributes).map(([key, value]) => ({ name: key, value })),
      ),
    );
  });
  parser.write(text).close();
  return faults;
}

const PARSERS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  html: pageFaults,
  md: markdownFaults,
  svg: xmlFaults,
  junit: xmlFaults,
};

/** @returns what a real parser of the format finds in a text that is more than shown. */
export const parsedFaults = (format: string, text: string): readonly string[] => (PARSERS[format] ?? (() => []))(text);
