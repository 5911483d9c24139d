import { testRandomHosts } from './sets-run.js';

testRandomHosts(1);
