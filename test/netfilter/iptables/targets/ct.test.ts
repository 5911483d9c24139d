import { FAIL, targetCases } from './cases.js';

targetCases('CT', {}, [
  ['', { kind: 'ct', notrack: false }],
  ['--notrack', { kind: 'ct', notrack: true }],
  ['--zone 5 --helper ftp', { kind: 'ct', notrack: false, zone: { id: 5, dir: 'both' }, helper: 'ftp' }],
  ['--zone-orig 5', { kind: 'ct', notrack: false, zone: { id: 5, dir: 'orig' } }],
  ['--zone-reply 6 --timeout slow --ctevents new', { kind: 'ct', notrack: false, zone: { id: 6, dir: 'reply' } }],
  ['--zone mark', { kind: 'ct', notrack: false, zone: { id: 'mark', dir: 'both' } }],
  ['--zone 65536', FAIL],
  ['--zone 1 --zone-orig 2', { kind: 'ct', notrack: false, zone: { id: 2, dir: 'orig' } }],
  ['--zone-orig 1 --zone-reply 2', { kind: 'ct', notrack: false, zone: { id: 2, dir: 'both' } }],
  ['--zone mark --zone-reply 0', { kind: 'ct', notrack: false, zone: { id: 'mark', dir: 'reply' } }],
  ['--zone-reply 0', { kind: 'ct', notrack: false }],
]);
