import { fires, quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

export default casesOf('userland-proxy-source', [
  fires('IPv6 by the proxy', D28, [], ['info', 'admin 127.0.0.1:9090/tcp', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp']),
  quiet('no proxy', 'docker28-noproxy', []),
]);
