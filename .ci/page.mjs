// Makes one script of src/explorer/page, for the HTML file that `explore` writes, and lays it beside its style sheet.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));
const to = join(process.argv[2] ?? join(root, 'dist'), 'explorer');

/** A script inside HTML ends at the first `</script`, and `<!--` begins what may hide its end: neither may stand in a string of it. */
const inHtml = (code) => code.replace(/<(?=\/script|!--)/gi, '<\\');

const modules = (path) => join(root, 'node_modules', path);
const bundle = await rolldown({
  input: join(root, 'src/explorer/page/main.ts'),
  platform: 'browser',
  tsconfig: false,
  // what captures and archives are read with takes bytes for Node's: a library gives a browser the same
  resolve: { alias: { events: modules('events/events.js') } },
  transform: { inject: { Buffer: [modules('buffer/index.js'), 'Buffer'] } },
});
const { output } = await bundle.generate({ format: 'iife', codeSplitting: false, minify: true });
await bundle.close();
mkdirSync(to, { recursive: true });
writeFileSync(join(to, 'page.js'), inHtml(output[0].code));
copyFileSync(join(root, 'src/explorer/page/style.css'), join(to, 'page.css'));
