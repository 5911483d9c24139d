import { serveRoot } from './root.js';
import { serveStation } from './station.js';

if (process.argv[2] === 'station') serveStation();
else serveRoot();
