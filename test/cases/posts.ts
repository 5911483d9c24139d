import type { Outcome } from '../../src/model/trace.js';

/** From whom, to whom (with `:port`), what happens, and what the answer must say. */
type Asked = readonly [from: string, to: string, outcome: Outcome, says: readonly (string | RegExp)[]];

const out = '8.8.8.8:53';
const container = '172.17.0.2';
/** Of rules that a filter left, nothing is taken for the listing. */
const filtered: readonly Asked[] = [[container, out, 'unknown', ["the host's iptables rules", '`iptables-save` would show']]];

/** Questions about each post, by the name of its file, with the answers that its listings bear out by hand. */
export const POSTS: Readonly<Record<string, readonly Asked[]>> = {
  'legacy-warning-S': [[container, out, 'unknown', ['legacy back end', 'iptables-legacy-save']]],
  'legacy-save': [[container, out, 'leaves-host', ['as 10.0.0.7:49152']]],
  'legacy-warning-behind': [[container, out, 'timeout', [/FORWARD.*policy is DROP/]]],
  'legacy-warning-before': [[container, out, 'timeout', [/FORWARD.*policy is DROP/]]],
  // the rule rejects; whether the host forwards at all was not pasted
  'ufw-reject-docker28': [[container, '1.1.1.1:443', 'unknown', ['sysctl net.ipv4.ip_forward', 'gives refused', 'gives timeout']]],
  'wg-quick-published': [
    ['198.51.100.7@eno1', '192.168.1.5:8096', 'unknown', ['the namespace behind', 'docker inspect']],
    ['172.18.0.2', '1.1.1.1:443', 'leaves-host', ['by wg0 as 10.66.66.2:']],
  ],
  'nft-of-iptables': [
    ['203.0.113.9', '192.168.1.40:8123', 'timeout', ['ip saddr != 192.168.1.0/24']],
    ['192.168.1.9', '192.168.1.40:8123', 'unknown', ['sysctl net.ipv4.ip_forward', 'iptables-legacy']],
  ],
  // the packet that DOCKER-USER sees is for port 80 by then; but nobody sees PREROUTING here
  'docker-user-by-published-port': [['198.51.100.9', '203.0.113.50:8080', 'unknown', ['nat PREROUTING', '`iptables-save` would']]],
  'S-of-two-tables': [
    ['198.51.100.9', '203.0.113.50:8080', 'timeout', ['--ctorigdstport 8080']],
    [container, '172.17.0.1:3306', 'timeout', [/INPUT.*policy is DROP/]],
    [container, '172.17.0.1:22', 'connected', ['sshd']],
    [container, '203.0.113.50:8080', 'timeout', [/INPUT.*policy is DROP/]],
  ],
  'fail2ban-in-input': [['198.51.100.99', '203.0.113.50:80', 'unknown', ['the interfaces of this rule', '-L -n -v']]],
  'L-v-by-names': [
    ['10.6.0.2', out, 'leaves-host', ['no rule translates that is shown', '`iptables-save` would show whether another does']],
    ['10.6.0.2', '172.17.0.2:80', 'unknown', ['docker0', 'bridge link']],
    ['10.6.0.2', '172.17.0.2:81', 'timeout', [/FORWARD.*policy is DROP/]],
  ],
  'lxd-beside-docker': [['10.12.53.100', '1.1.1.1:443', 'timeout', [/ip filter FORWARD.*policy is DROP/]]],
  tailscale: [
    [container, '192.168.50.7:443', 'leaves-host', ['by tailscale0 as 100.101.102.103:']],
    ['100.77.1.2', '172.17.0.2:80', 'unknown', ['docker0', 'bridge link']],
    ['192.168.50.9', '8.8.8.8:80', 'leaves-host', ['by eth0 as 192.168.1.9:']],
  ],
  'openvpn-def1': [
    [container, '8.8.8.8:443', 'leaves-host', ['by tun0 as 10.8.8.5:']],
    ['198.51.100.7@eth0', '192.168.0.20:8080', 'timeout', ['rp_filter (strict) of eth0']],
    ['192.168.0.77', '192.168.0.20:8080', 'unknown', ['docker0', 'bridge link']],
  ],
  'iptables-false': [
    [container, '8.8.8.8:443', 'leaves-host', ['172.17.0.2 is a private address that nothing translates']],
    ['198.51.100.7', '203.0.113.50:8080', 'timeout', [/INPUT.*policy is DROP/]],
    ['198.51.100.7', '203.0.113.50:22', 'connected', ['sshd']],
  ],
  'kube-filtered': [['198.51.100.7', '192.168.0.31:30080', 'unknown', ['ip-addr.json', '`ip addr`']]],
  'ufw-status-alone': [['internet', 'db:27017', 'unknown', ['docker inspect db']]],
  'filtered-save-grepv': filtered,
  'filtered-save-grep': filtered,
  // a part that lost its end, not nothing
  'filtered-save-head': [[container, out, 'unknown', ['the rules of filter FORWARD', 'does not show (`iptables-save` would)']]],
  'filtered-S-grep': filtered,
  'filtered-S-forward': [[container, out, 'unknown', ['DOCKER-USER', 'does not show', '`iptables-save` would']]],
  'filtered-others': [
    [container, out, 'unknown', ['ip-route.json', 'ip route show table all']],
    ['198.51.100.9', '203.0.113.50:22', 'unknown', []],
  ],
  'filtered-ipa': [[container, out, 'unknown', ['docker0']]],
  'filtered-inspect': [
    [container, out, 'leaves-host', ['by eth0 as 203.0.113.50:']],
    ['198.51.100.9', '203.0.113.50:8080', 'unknown', ['the namespace behind', 'docker inspect']],
  ],
  'userland-proxy-false': [
    ['web', '203.0.113.50:8080', 'unknown', ['net.bridge.bridge-nf-call-iptables']],
    ['198.51.100.9', '203.0.113.50:8080', 'unknown', ['the packet reaches web at tcp 172.17.0.2:80', 'netns/web/ss.txt']],
    ['host', '127.0.0.1:8080', 'unknown', ['sysctl net.ipv4.conf.docker0.route_localnet']],
    ['web', '8.8.8.8:443', 'leaves-host', ['by eth0 as 203.0.113.50:']],
  ],
  'inspect-of-made-network': [
    ['web', '8.8.8.8:443', 'leaves-host', ['by eth0 as 203.0.113.50:']],
    ['198.51.100.9', '203.0.113.50:8080', 'unknown', ['the packet reaches web']],
  ],
  'two-nics-policy-routing': [
    ['198.51.100.9@ens5', '10.0.1.5:8080', 'unknown', ['docker0', 'bridge link']],
    ['198.51.100.9@ens5', '10.0.1.5:22', 'connected', ['sshd']],
    [container, '1.1.1.1:443', 'leaves-host', ['by ens3 as 10.0.0.5:']],
  ],
};
