import { FAIL, asks, matchCases } from './cases.js';

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
