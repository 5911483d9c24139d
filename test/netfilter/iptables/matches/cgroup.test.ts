import { asks, matchCases } from './cases.js';

matchCases('cgroup', {}, [
  ['! --path system.slice', asks('cgroup', 'the control group of the process that sends (-m cgroup ! --path system.slice)')],
]);
