import { downloadBlob } from './dom.js';

/** What a drawing looks like is told by the page's style sheet: a picture that leaves the page takes these along. */
const LOOKS = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity', 'font-family', 'font-size', 'font-weight'] as const;
/** Pixels in width or height that browsers still draw. */
const LARGEST = 8192;
const SHARP = 2;

/** @returns a drawing of the page as an SVG image that needs nothing else, as it looks now. */
export function pictureOf(drawing: SVGSVGElement, title: string): string {
  const copy = drawing.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) throw new Error('the map could not be copied');
  const copies = copy.querySelectorAll('rect, path, text');
  drawing.querySelectorAll('rect, path, text').forEach((shown, i) => {
    const looks = getComputedStyle(shown);
    for (const look of LOOKS) copies[i]?.setAttribute(look, looks.getPropertyValue(look));
  });
  for (const part of copy.querySelectorAll('[role], [tabindex], [aria-label]'))
    for (const name of ['role', 'tabindex', 'aria-label']) part.removeAttribute(name);
  copy.removeAttribute('class');
  copy.setAttribute('role', 'img');
  copy.setAttribute('aria-label', title);
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

/** Saves a drawing of the page as a PNG image. @throws Error where the browser cannot draw it. */
export async function savePng(name: string, drawing: SVGSVGElement, title: string): Promise<void> {
  const { width, height } = drawing.viewBox.baseVal;
  const scale = Math.min(SHARP, LARGEST / width, LARGEST / height);
  const url = URL.createObjectURL(new Blob([pictureOf(drawing, title)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/png');
    });
    if (png === null) throw new Error('this browser cannot draw so large a picture: save it as SVG');
    downloadBlob(name, png);
  } finally {
    URL.revokeObjectURL(url);
  }
}
