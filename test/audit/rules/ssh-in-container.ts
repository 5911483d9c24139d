import { edit } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, listen } from './changes.js';

export default casesOf('ssh-in-container', [
  fires('sshd', D28, [edit('netns/web/ss.txt', (t) => t.replaceAll('python3', 'sshd'))], ['low', 'web 80/tcp']),
  quiet('sshd of the host', D28, [listen('0.0.0.0:2222', 'sshd')]),
]);
