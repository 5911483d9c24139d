import { fires, quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

/** The host's own rules as the file that is loaded at a start, changed. */
const saved =
  (change: (text: string) => string) =>
  (files: Map<string, string>): unknown =>
    files.set('host/start-iptables.txt', change(files.get('host/iptables-save.txt') ?? ''));

const EMPTY =
  '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*nat\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n';
const inFilter = (rules: string) => (text: string) => text.replace(/(\*filter\n(?:[^C].*\n)*)COMMIT/, `$1${rules}COMMIT`);

export default casesOf('not-persistent', [
  quiet('what is saved is what runs', D28, [saved((text) => text)]),
  quiet("Docker's own rules are in no file", D28, [saved(() => EMPTY)]),
  quiet('the same rule, as people write it', D28, [
    (files) =>
      files.set(
        'host/iptables-save.txt',
        inFilter('-A INPUT -s 203.0.113.8/32 -p tcp -m tcp --dport 22 -j DROP\n')(files.get('host/iptables-save.txt') ?? ''),
      ),
    saved(() => EMPTY.replace('COMMIT', '-A INPUT -p tcp --dport ssh --source 203.0.113.8 -j DROP\nCOMMIT')),
  ]),
  fires(
    'a drop that was typed',
    D28,
    [
      (files) =>
        files.set(
          'host/iptables-save.txt',
          inFilter('-A DOCKER-USER -s 203.0.113.8/32 -j DROP\n')(files.get('host/iptables-save.txt') ?? ''),
        ),
      saved(() => EMPTY),
    ],
    ['medium', 'IPv4 filter -A DOCKER-USER -s 203.0.113.8/32 -j DROP'],
  ),
  fires(
    'a masquerade for a bridge that is gone',
    D28,
    [saved(() => EMPTY.replace(/(:POSTROUTING .*\n)/, '$1-A POSTROUTING -s 172.31.0.0/16 ! -o br-0123456789ab -j MASQUERADE\n'))],
    ['low', 'IPv4 nat -A POSTROUTING -s 172.31.0.0/16 ! -o br-0123456789ab -j MASQUERADE'],
  ),
  fires(
    'a policy that was typed',
    D28,
    [
      saved((text) => text),
      (files) => files.set('host/iptables-save.txt', (files.get('host/iptables-save.txt') ?? '').replace(':INPUT ACCEPT', ':INPUT DROP')),
    ],
    ['medium', 'IPv4 filter INPUT'],
  ),
  fires(
    'a setting that was typed',
    D28,
    [(files) => files.set('host/start-sysctl.txt', '# tuned\nnet.ipv4.conf.all.rp_filter = 1\nnet.ipv4.conf.docker0.route_localnet=1\n')],
    ['medium', 'net.ipv4.conf.docker0.route_localnet'],
    ['low', 'net.ipv4.conf.all.rp_filter'],
  ),
  quiet('forwarding, which Docker turns on', D28, [(files) => files.set('host/start-sysctl.txt', 'net.ipv4.ip_forward = 0\n')]),
]);
