import { it } from 'vitest';
import { randomHost } from './random-host.js';
it('x', () => {
  for (const s of (process.env['S'] ?? '15').split(',').map(Number)) {
    const h = randomHost(s);
    for (const n of h.netns.values())
      for (const r of n.rulesets)
        for (const t of r.tables.values())
          for (const c of t.chains.values())
            for (const x of c.rules) if (new RegExp(process.env['G'] ?? '.').test(x.text)) console.log(s, n.name, r.family, t.name, x.text);
  }
});
