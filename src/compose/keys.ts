/** Keys of a service that change no packet's path (compose-spec, 05-services.md). */
const IDLE =
  'annotations attach blkio_config build cgroup cgroup_parent configs container_name cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset ' +
  'credential_spec depends_on develop device_cgroup_rules devices dns_opt dns_search domainname entrypoint env_file environment extends extra_hosts gpus group_add healthcheck hostname image init ipc ' +
  'isolation label_file logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models oom_kill_disable oom_score_adj pid pids_limit platform post_start pre_stop profiles pull_policy ' +
  'read_only restart runtime secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt tmpfs tty ulimits use_api_socket user userns_mode uts volumes_from working_dir links external_links';
/** Keys of a service that are read. */
const READ = 'cap_add cap_drop command deploy dns expose labels network_mode networks ports privileged scale sysctls volumes';

/** What a service may hold. */
export const SERVICE_KEYS: ReadonlySet<string> = new Set(`${IDLE} ${READ}`.split(' '));
/** What a file may hold. */
export const TOP_KEYS: ReadonlySet<string> = new Set('version name services networks volumes configs secrets include models'.split(' '));
export const NETWORK_KEYS: ReadonlySet<string> = new Set(
  'name driver driver_opts ipam external internal attachable enable_ipv4 enable_ipv6 labels'.split(' '),
);
/** What a service may say of a network it is on. */
export const PLACE_KEYS: ReadonlySet<string> = new Set(
  'aliases ipv4_address ipv6_address priority mac_address gw_priority interface_name'.split(' '),
);
