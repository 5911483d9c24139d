import { testRecordedHosts } from './sets-run.js';

testRecordedHosts();
