import type { Predicate } from '../../../../src/netfilter/predicate/predicate.js';
import { FALSE, TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, asks, matchCases, not } from './cases.js';

const under = { yes: 'under', no: 'over', usual: true, fresh: true };
const over = { yes: 'over', no: 'under', usual: false, fresh: false };

matchCases('limit', {}, [
  ['--limit 5/min --limit-burst 7', asks('limit', 'the rate of the rule (-m limit --limit 5/min --limit-burst 7)', under)],
  ['! --limit 5/min', FAIL],
]);
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
  ['--hashlimit-upto 5/sec --hashlimit-above 6/sec --hashlimit-name ssh', FAIL],
]);
matchCases('connlimit', {}, [
  [
    '--connlimit-above 3 --connlimit-mask 32',
    asks('connlimit', 'how many connections there are (-m connlimit --connlimit-above 3 --connlimit-mask 32)', over),
  ],
  ['--connlimit-upto 3', asks('connlimit', 'how many connections there are (-m connlimit --connlimit-upto 3)', under)],
  ['! --connlimit-above 3', asks('connlimit', 'how many connections there are (-m connlimit ! --connlimit-above 3)', under)],
  ['--connlimit-above many', FAIL],
  ['--connlimit-saddr', FAIL],
]);
matchCases('connbytes', {}, [
  [
    '--connbytes 10000: --connbytes-mode bytes --connbytes-dir both',
    asks('connbytes', 'how much the connection has carried (-m connbytes --connbytes 10000: --connbytes-mode bytes --connbytes-dir both)', {
      fresh: false,
    }),
  ],
  [
    '! --connbytes 10 --connbytes-dir reply --connbytes-mode avgpkt',
    asks('connbytes', 'how much the connection has carried (-m connbytes ! --connbytes 10 --connbytes-dir reply --connbytes-mode avgpkt)', {
      usual: true,
    }),
  ],
  [
    '--connbytes 0:5 --connbytes-dir both --connbytes-mode bytes',
    asks('connbytes', 'how much the connection has carried (-m connbytes --connbytes 0:5 --connbytes-dir both --connbytes-mode bytes)', {
      usual: true,
    }),
  ],
  ['--connbytes 0:5', FAIL],
  ['--connbytes 9:5 --connbytes-dir both --connbytes-mode packets', FAIL],
  ['--connbytes few --connbytes-dir both --connbytes-mode packets', FAIL],
]);
matchCases('quota', {}, [
  ['--quota 1000', asks('quota', 'what is left of the quota (-m quota --quota 1000)', { yes: 'under', no: 'over', usual: true })],
  ['! --quota 1000', not(asks('quota', 'what is left of the quota (-m quota --quota 1000)', { yes: 'under', no: 'over', usual: true }))],
  ['--quota 0', FALSE],
  ['--quota all', FAIL],
]);
const listed = { yes: 'listed', no: 'unlisted', fresh: false };
matchCases('recent', {}, [
  ['--set --name SSH --mask 255.255.255.255 --rsource', TRUE],
  ['! --set', not(TRUE)],
  [
    '--rcheck --seconds 60 --hitcount 4',
    asks('recent', 'whether the address is in the list DEFAULT (-m recent --rcheck --seconds 60 --hitcount 4)', listed),
  ],
  [
    '! --update --name SSH',
    not(asks('recent', 'whether the address is in the list SSH (-m recent --update --name SSH)', { ...listed, unlessSet: 'SSH' })),
  ],
  ['--remove', asks('recent', 'whether the address is in the list DEFAULT (-m recent --remove)', { ...listed, unlessSet: 'DEFAULT' })],
  ['--set --hitcount 4', FAIL],
  ['--set --update', FAIL],
  ['--name SSH', FAIL],
  ['--rcheck --seconds soon', FAIL],
]);
matchCases('statistic', {}, [
  ['--mode random --probability 0.5', asks('statistic', 'a counter or a random number (-m statistic --mode random --probability 0.5)')],
  ['--mode random --probability 1.00000000000', TRUE],
  ['--mode random ! --probability 0.00000000000', not(FALSE)],
  ['--mode nth --every 1 --packet 0', TRUE],
  [
    '--mode nth ! --every 3 --packet 1',
    not(asks('statistic', 'a counter or a random number (-m statistic --mode nth --every 3 --packet 1)')),
  ],
  ['--mode nth --every 3 --packet 3', FAIL],
  ['--mode nth --every 0', FAIL],
  ['--mode random --probability 1.5', FAIL],
  ['--mode random --every 3', FAIL],
  ['--mode nonsense', FAIL],
  ['--every 3', FAIL],
]);
const counted = (fresh: boolean, packet: number): Predicate =>
  asks('statistic', `a counter or a random number (-m statistic --mode nth --every 3 --packet ${packet})`, { fresh });
// rules of nat see the first packet of a connection alone, so that the counter's start decides
matchCases('statistic', { place: { table: 'nat', hooks: () => new Set() } }, [
  ['--mode nth --every 3 --packet 0', counted(true, 0)],
  ['--mode nth --every 3 --packet 1', counted(false, 1)],
  ['--mode nth ! --every 3 --packet 0', not(counted(false, 0))],
  ['--mode nth ! --every 3 --packet 2', not(counted(true, 2))],
]);
matchCases('time', {}, [
  [
    '--timestart 08:00:00 ! --weekdays Sat,Sun',
    asks('time', 'the time of day (-m time --timestart 08:00:00 ! --weekdays Sat,Sun)', { yes: 'inside', no: 'outside', usual: true }),
  ],
  ['! --timestart 08:00:00', FAIL],
]);
matchCases('rateest', {}, [
  [
    '--rateest eth --rateest-gt --rateest-bps1 5',
    asks('limit', 'the measured rate (-m rateest --rateest eth --rateest-gt --rateest-bps1 5)'),
  ],
  ['--rateest eth --rateest-bps --rateest-gt --rateest-bps1 5', FAIL],
  ['--rateest eth --rateest-gt', FAIL],
  ['--rateest-gt --rateest-bps 5', FAIL],
]);
