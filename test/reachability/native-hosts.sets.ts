import { testNativeHosts } from './sets-run.js';

testNativeHosts();
