import { expect, it } from 'vitest';
import { lackingText, missingPrograms } from '../../src/kernel/requirements.js';

it('names every program that is missing, with its package', () => {
  expect(lackingText(missingPrograms(['/nowhere']))).toBe(
    'a twin needs unshare, nsenter, setpriv, pivot_root, mount, ip, bridge, iptables-nft-restore, ip6tables-nft-restore, nft, tcpdump, ipset, ping, stdbuf, which this machine lacks: apt-get install util-linux mount iproute2 iptables nftables tcpdump ipset iputils-ping coreutils',
  );
});
