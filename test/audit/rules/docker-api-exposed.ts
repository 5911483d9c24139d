import { fires, quiet, casesOf } from './case.js';
import { D28, listen, info, hostNetwork, dropInput } from './changes.js';

export default casesOf('docker-api-exposed', [
  fires('dockerd on 2375', D28, [listen('*:2375', 'dockerd')], ['critical', 'host 2375/tcp']),
  fires(
    '2376 of which docker info warns',
    D28,
    [
      listen('*:2376', 'dockerd'),
      info((v) => (v['Warnings'] = ['[DEPRECATION NOTICE]: API is accessible on tcp://0.0.0.0:2376 without TLS client verification.'])),
    ],
    ['critical', 'host 2376/tcp'],
  ),
  fires(
    'loopback and a container on the host network',
    D28,
    [listen('127.0.0.1:2375', 'dockerd'), hostNetwork],
    ['critical', 'host 127.0.0.1:2375/tcp'],
  ),
  fires('loopback only', D28, [listen('127.0.0.1:2375', 'dockerd')], ['info', 'host 127.0.0.1:2375/tcp']),
  fires(
    'a port of its own, of which docker info warns',
    D28,
    [listen('*:4243', 'dockerd'), info((v) => (v['Warnings'] = ['WARNING: API is accessible on http://0.0.0.0:4243 without encryption.']))],
    ['critical', 'host 4243/tcp'],
  ),
  quiet('a port of its own that asks for certificates', D28, [listen('*:4243', 'dockerd'), info((v) => (v['Warnings'] = []))]),
  quiet('another process on 2375', D28, [listen('*:2375', 'nginx')], 'not applicable'),
  fires('firewalled', D28, [listen('0.0.0.0:2375', 'dockerd'), dropInput], ['info', 'host 2375/tcp']),
  quiet('listeners not listed', D28, [(files) => files.delete('host/ss.txt')], 'undetermined'),
]);
