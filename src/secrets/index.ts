export { LEFT_OUT, mayHoldSecret, withoutSecretComments } from './comments.js';
export { withoutPasswords } from './passwords.js';
export { quotable, toldOf, withoutNamedSecrets, withoutSecrets } from './quoted.js';
