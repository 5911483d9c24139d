import { expect, test } from 'vitest';
import { answers, detail, udp, unknownPayload } from './byte-cases.js';
import { FAIL, matchCases } from './cases.js';

answers('string', [
  ['--string get --algo bm', udp, true],
  ['--string GET --algo kmp', udp, false],
  ['--string GET --algo kmp --icase', udp, true],
  ["--string 'get ' --algo bm --from 32", udp, true],
  ['--string get --algo bm --from 33', udp, false],
  ['--string get --algo bm --to 35', udp, true],
  ['--string get --algo bm --to 33', udp, undefined],
  ['--string get --algo bm --to 31', udp, false],
  ['--string get --algo bm --from 100', udp, false],
  ["--hex-string '|67 65|t' --algo bm", udp, true],
  ["--hex-string '|00010203|' --algo bm", udp, true],
  ["--hex-string '|00010203|' --algo bm", unknownPayload, undefined],
  ["--hex-string '|00010203|get' --algo bm", unknownPayload, undefined],
  ["--hex-string '|00010203|got' --algo bm", unknownPayload, false],
  ['--string get --algo bm', unknownPayload, true],
  ["--hex-string 'a\\|b' --algo bm", '617c62', true],
  ["--hex-string 'é|00|' --algo bm", 'c3a900', true],
  ['--string é --algo bm', 'c3a900', true],
]);

matchCases('string', {}, [
  ['--string get', FAIL],
  ['--algo bm', FAIL],
  ['--string get --algo nonsense', FAIL],
  ['--string get --algo bm --from 10 --to 5', FAIL],
  ['--string get --algo bm --to 70000', FAIL],
  ["--string '' --algo bm", FAIL],
  [`--string ${'a'.repeat(129)} --algo bm`, FAIL],
  ['--string a --hex-string b --algo bm', FAIL],
  ["--hex-string '|de a|' --algo bm", FAIL],
  ["--hex-string '|dea' --algo bm", FAIL],
  ["--hex-string 'a\\' --algo bm", FAIL],
  ['! --icase --string a --algo bm', FAIL],
]);

test('what is asked is named as it stands in the rule, and the negation stays outside', () => {
  expect(detail('string', '! --string GET --algo bm')).toEqual(['not', '-m string --string GET']);
});
