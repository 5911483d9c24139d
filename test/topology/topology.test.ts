import { describe, expect, it } from 'vitest';
import { createMachine } from '../../src/datapath/index.js';
import type { Segment, Topology } from '../../src/model/topology.js';
import { renderTopologyDot } from '../../src/report/topology/dot.js';
import { renderTopologyMermaid } from '../../src/report/topology/mermaid.js';
import { renderTopologySvg } from '../../src/report/topology/svg.js';
import { renderTopologyText } from '../../src/report/topology/text.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { topologyOf } from '../../src/topology/index.js';

async function topology(path: string): Promise<Topology> {
  return topologyOf(createMachine(await loadSnapshot(new URL(`../../fixtures/${path}`, import.meta.url).pathname)));
}

const BRIDGE: Segment = {
  id: 'bridge docker0',
  kind: 'bridge',
  name: 'docker0',
  subnets: ['172.17.0.0/16'],
  hostAddresses: ['172.17.0.1/16'],
  up: true,
  internal: false,
  uplinks: [],
  loose: [],
};

function small(name: string): Topology {
  return {
    format: 'dtrace-path-topology/1',
    host: name,
    uplinks: [{ name, addresses: ['198.51.100.10/24'], up: true, defaultRoute: true }],
    segments: [{ ...BRIDGE, network: name }],
    namespaces: [
      {
        name,
        containers: [name],
        attachments: [{ segment: BRIDGE.id, iface: name, addresses: ['172.17.0.2/16'], hostEnd: name, up: true }],
        published: ['8080 → 80/tcp'],
      },
    ],
    hostContainers: [name],
    stopped: [name],
  };
}

describe('what is joined to what', () => {
  it('the written host with one container', async () => {
    const { unread, assumed, lacking, ...joined } = await topology('written-hosts/deep-dive-3-container');
    expect(joined).toEqual({
      format: 'dtrace-path-topology/1',
      host: 'host',
      uplinks: [{ name: 'ens33', addresses: ['192.168.178.101/24'], up: true, defaultRoute: true }],
      segments: [BRIDGE],
      namespaces: [
        {
          name: 'whoami',
          containers: [],
          attachments: [{ segment: 'bridge docker0', iface: 'eth0', addresses: ['172.17.0.2/16'], hostEnd: 'vethc519f84', up: true }],
          published: [],
        },
      ],
      hostContainers: [],
      stopped: [],
    });
    expect(unread).toEqual([{ file: 'host/ip-addr.txt', used: 'part', lines: 20, unread: 4 }]);
    expect(assumed?.map(({ choice }) => choice)).toEqual(['missing=nft=open']);
    expect(lacking?.filter(({ file }) => file.includes('link') || file.startsWith('docker/')).map(({ file }) => file)).toEqual([
      'host/bridge-link.json',
      'docker/containers.json',
      'docker/networks.json',
    ]);
  });
  it('macvlan, and containers on two networks', async () => {
    expect(renderTopologyText(await topology('hosts/macvlan20'))).toBe(`macvlan20
├─ up0 198.51.100.10/24 2001:db8:1::10/64, default route
├─ up1 192.0.2.10/24 2001:db8:2::10/64
├─ docker0, bridge, network bridge, 172.17.0.0/16, the host is 172.17.0.1/16
│  └─ web: eth0 172.17.0.2/16, by veth4fadf69
│     └─ published 8080 → 80/tcp
├─ br-a53a7b60eef5, bridge, network backend, 172.30.0.0/24, the host is 172.30.0.1/24
│  └─ duo: eth0 172.30.0.2/24, by veth3812282, also on 1 other network
├─ macvlan on up0, 198.51.100.0/24 2001:db8:1::/64, out by up0
│  ├─ duo: eth1 198.51.100.140/24 2001:db8:1::2/64, also on 1 other network
│  ├─ mv1: eth0 198.51.100.130/24 2001:db8:1::130/64
│  └─ mv2: eth0 198.51.100.131/24 2001:db8:1::131/64
└─ macvlan on up1, 192.0.2.0/24, out by up1
   ├─ pv1: eth0 192.0.2.130/24
   └─ pv2: eth0 192.0.2.131/24
assumed: the host and 6 other namespaces are taken to have no native nftables rules, which \`nft -j list ruleset\` would show (host/nft-ruleset.json)
assumed: host/ip6tables-save.txt and 7 listings of rules of other namespaces are blank: taken to say that there are no rules, though a command that failed leaves the same (\`nft list ruleset\` would show)
`);
  });
  it('a cable whose other end is not listed', async () => {
    expect(renderTopologyText(await topology('written-hosts/blog-publish'))).toBe(`host
├─ eth0 192.168.64.2/24 fdf8:2e7e:8a09:6e7a:88b4:20ff:feb1:e5cb/64, default route
└─ docker0, bridge, 172.17.0.0/16, the host is 172.17.0.1/16
   ├─ container-a: eth0 172.17.0.3/16, by vethbe33716
   └─ veth336d0b1: leads to a namespace that is not in the snapshot
not in the snapshot: host/iptables-save.txt, host/ip6tables-save.txt, host/ip6-route.json, host/ip-rule.json, host/ip6-rule.json, host/ip-neigh.json, host/bridge-link.json, host/bridge-fdb.json, docker/containers.json, docker/networks.json, netns/container-a/iptables-save.txt, netns/container-a/ss.txt, netns/container-a/sysctl.txt, netns/container-a/ip-rule.json
host/ip-route.txt: it shows \`172.23.0.0/16 dev br-b52ba1fca3c3 proto kernel scope link src 172.23.0.1 linkdown\`, and no such device or address is there
host/sysctl.txt is known in part: it was cut, or does not show all
assumed: the host and 1 other namespace are taken to have no native nftables rules, which \`nft -j list ruleset\` would show (host/nft-ruleset.json)
`);
  });
  it('a host without bridges is drawn alone', async () => {
    const [title, uplink, ...grounds] = renderTopologyText(await topology('written-hosts/deep-dive-1-host')).split('\n');
    expect([title, uplink]).toEqual(['host', '└─ ens33 192.168.178.101/24, default route']);
    expect(grounds.map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
      'not in the snapshot:',
      '2 of 12 lines',
      'assumed: the host is',
      '',
    ]);
  });
});

describe('formats', () => {
  it('Mermaid', () => {
    expect(renderTopologyMermaid(small('web'))).toBe(`flowchart LR
  outside(("outside"))
  host["web<br>host network: web"]
  uplink0["web 198.51.100.10/24, default route"]
  outside --- uplink0
  uplink0 --- host
  segment1{{"docker0<br>bridge, network web, 172.17.0.0/16"}}
  host ---|"172.17.0.1/16"| segment1
  namespace2["web<br>8080 → 80/tcp"]
  segment1 ---|"web 172.17.0.2/16"| namespace2
`);
  });
  it('DOT', () => {
    expect(renderTopologyDot(small('web'))).toBe(`graph topology {
  rankdir=LR;
  node [fontname="sans-serif"];
  edge [fontname="sans-serif", fontsize=10];
  "outside" [label="outside", shape=ellipse];
  "host" [label="web\\nhost network: web", shape=box];
  "uplink web" [label="web 198.51.100.10/24, default route", shape=box];
  "outside" -- "uplink web";
  "uplink web" -- "host";
  "segment bridge docker0" [label="docker0\\nbridge, network web, 172.17.0.0/16", shape=hexagon];
  "host" -- "segment bridge docker0" [label="172.17.0.1/16"];
  "netns web" [label="web\\n8080 → 80/tcp", shape=box];
  "segment bridge docker0" -- "netns web" [label="web 172.17.0.2/16"];
}
`);
  });
  it('SVG: boxes do not overlap, and cells lie inside their box', async () => {
    const svg = renderTopologySvg(await topology('hosts/swarm20'));
    const rects = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" rx="6" class="(\w+)/g)].map(
      ([, x, y, w, h, name]) => ({
        ...{ left: Number(x), top: Number(y), right: Number(x) + Number(w), bottom: Number(y) + Number(h) },
        name,
      }),
    );
    const boxes = rects.filter((r) => r.name === 'box');
    const cells = rects.filter((r) => r.name === 'cell');
    const overlap = boxes.filter((a, i) =>
      boxes.some((b, k) => k > i && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    );
    const strays = cells.filter(
      (c) => !boxes.some((b) => c.left >= b.left && c.right <= b.right && c.top >= b.top && c.bottom <= b.bottom),
    );
    expect([boxes.length, cells.length, overlap, strays]).toEqual([10, 9, [], []]);
  });
});

describe('hostile names stay text', () => {
  const name = `"]-->x<script>alert(1)</script>\u001b[31m\u202e\\`;
  it('in text', () => {
    expect(renderTopologyText(small(name))).not.toMatch(/[\u001b\u202e]/);
  });
  it('in Mermaid', () => {
    const text = renderTopologyMermaid(small(name));
    expect([text.includes('<script'), text.includes('-->'), /[\u001b\u202e]/.test(text)]).toEqual([false, false, false]);
  });
  it('in DOT', () => {
    const names = renderTopologyDot(small(name)).match(/"(?:\\.|[^"\\])*"/g) ?? [];
    const outside = renderTopologyDot(small(name)).replace(/"(?:\\.|[^"\\])*"/g, '');
    expect([names.length > 0, outside.includes('script'), /[\u001b\u202e]/.test(names.join(''))]).toEqual([true, false, false]);
  });
  it('in SVG', () => {
    const svg = renderTopologySvg(small(name));
    expect([svg.includes('<script'), /[\u001b\u202e]/.test(svg)]).toEqual([false, false]);
  });
});
