import { edit } from '../hosts.js';
import { firesInDoubt, quiet, casesOf } from './case.js';
import { D28, noDocker } from './changes.js';

export default casesOf('iptables-disabled', [
  firesInDoubt('no chain', D28, [noDocker], ['high', 'dockerd']),
  quiet('as recorded', D28, []),
  quiet(
    'docker info names nftables, which is not listed',
    D28,
    [noDocker, edit('docker/info.json', () => '{"FirewallBackend":{"Driver":"nftables"}}')],
    'undetermined',
  ),
  quiet("Docker's own tables of nftables", D28, [
    noDocker,
    (files) =>
      files.set(
        'host/nft-ruleset.txt',
        'table ip docker-bridges {\n\tchain filter-FORWARD {\n\t\ttype filter hook forward priority filter; policy accept;\n\t\tct state established accept\n\t}\n}\n',
      ),
  ]),
  quiet('rules not listed', D28, [(files) => files.delete('host/iptables-save.txt')], 'undetermined'),
]);
