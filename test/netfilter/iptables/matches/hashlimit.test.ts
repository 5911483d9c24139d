import { FAIL, asks, matchCases } from './cases.js';

const under = { yes: 'under', no: 'over', usual: true, fresh: true };

const over = { yes: 'over', no: 'under', usual: false, fresh: false };

matchCases('hashlimit', {}, [
  [
    '--hashlimit-upto 5/sec --hashlimit-mode srcip --hashlimit-name ssh',
    asks(
      'hashlimit',
      'the rate of its hash bucket (-m hashlimit --hashlimit-upto 5/sec --hashlimit-mode srcip --hashlimit-name ssh)',
      under,
    ),
  ],
  [
    '--hashlimit-above 5/sec --hashlimit-name ssh',
    asks('hashlimit', 'the rate of its hash bucket (-m hashlimit --hashlimit-above 5/sec --hashlimit-name ssh)', over),
  ],
  [
    '! --hashlimit 5/sec --hashlimit-name ssh',
    asks('hashlimit', 'the rate of its hash bucket (-m hashlimit ! --hashlimit 5/sec --hashlimit-name ssh)', over),
  ],
  ['--hashlimit-upto 5/sec', FAIL],
  ['--hashlimit-name ssh', FAIL],
  ['--hashlimit-upto 5/sec --hashlimit-name a --hashlimit-rate-match --hashlimit-rate-interval 0xF', FAIL],
  ['--hashlimit-upto 5/sec --hashlimit-name a --hashlimit-htable-expire 0', FAIL],
  ['--hashlimit-upto 5/sec --hashlimit-name a --hashlimit-htable-gcinterval 0', FAIL],
  ['--hashlimit-upto 5/sec --hashlimit-name a --hashlimit-burst 1mb', FAIL],
  ['--hashlimit-upto 512kb/s --hashlimit-name a --hashlimit-burst 5', FAIL],
  ['--hashlimit-upto 1gb/s --hashlimit-name a --hashlimit-burst 5', FAIL],
  ['--hashlimit-upto 5/sec --hashlimit-above 6/sec --hashlimit-name ssh', FAIL],
]);
