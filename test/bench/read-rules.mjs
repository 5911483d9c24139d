// A process of its own: reads one iptables-save file. Arguments: dist, file.
import { readFileSync } from 'node:fs';

const [dist, file] = process.argv.slice(2);
const { parseIptablesSave } = await import(`${dist}snapshot/parsers/iptables-save.js`);
const { problems } = parseIptablesSave(readFileSync(file, 'utf8'), file, 4);
if (problems.length > 0) throw new Error(problems[0].message);
