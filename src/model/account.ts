/** Who keeps a rule; `you`: no program that is known here, so somebody typed it; `docker or you`: a policy that either sets. */
export type RuleOwner =
  | { readonly kind: 'docker' | 'ufw' | 'firewalld' | 'netavark' | 'you' | 'docker or you' }
  /** Another program that is known by the names of its chains or tables. */
  | { readonly kind: 'program'; readonly name: string };

/** What a rule that stops a packet is there for. The set is closed; `ruled`: it names what it stops, and nothing more is known of it. */
export type RulePurpose =
  /** Between two networks of the runtime. */
  | 'networks-apart'
  /** Into a container's own address from outside its network. */
  | 'direct-access'
  /** To a port that is published for this host alone. */
  | 'loopback-publish'
  /** To a port that is not published. */
  | 'unpublished'
  /** Between containers of one network, where it is told so (`enable_icc=false`). */
  | 'icc-off'
  /** Into or out of an internal network. */
  | 'internal-network'
  /** To whatever no rule lets in. */
  | 'rest-of-input'
  /** Through the host to whatever no rule lets through. */
  | 'rest-of-forward'
  /** Out of the host to whatever no rule lets out. */
  | 'rest-of-output'
  | 'ruled';

/** Where an end of a flow is. */
export interface AccountEnd {
  /** As the question names it. */
  readonly name: string;
  /** The container's own name, where the question has another for it: an address, an alias. */
  readonly called?: string;
  readonly kind: 'container' | 'host' | 'outside';
  /** Its Docker networks, by name. */
  readonly networks: readonly string[];
  /** Ports on which it publishes what is asked for: `8080`, `127.0.0.1:9090`. */
  readonly published: readonly string[];
  /** Ports of the protocol asked for on which it listens, where nothing does on the one asked for. */
  readonly listens: readonly number[];
  /** At which of its addresses a program listens on the port asked for, where none does at the one asked for: `127.0.0.1`, `IPv6`. */
  readonly elsewhere?: readonly string[];
  /** Set where all its networks are internal: none of them leads out of the host. */
  readonly noWayOut?: true;
}

/** What an answer's sentence is made of, besides its cause: names that people know. */
export interface Account {
  readonly from: AccountEnd;
  readonly to: AccountEnd;
  /** Who has the packet in the end, where its destination was translated or a proxy took it. */
  readonly target?: AccountEnd;
  /** Networks by the bridges that their names stand in for. */
  readonly bridges: Readonly<Record<string, string>>;
  /** Of a rule or policy that stopped it. */
  readonly owner?: RuleOwner;
  readonly purpose?: RulePurpose;
  /** The network that the rule guards, by name. */
  readonly guards?: string;
  /** Where it stands: `raw`, `filter FORWARD`. */
  readonly hook?: string;
}
