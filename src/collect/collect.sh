#!/bin/sh
# Takes a snapshot of a Docker host for dtrace-path: the output of the host's own commands, in its network namespace and
# in each container's. Changes nothing. Environment, command lines and label values of containers stay on the host.
#
#   sudo sh collect.sh [-o DIR|FILE.tgz] [-t SECONDS] [--keep-env]
set -u
umask 077
LC_ALL=C
export LC_ALL

out="$(uname -n)-snapshot.tgz"
seconds=20
keep_env=

fail() {
  printf 'collect.sh: %s\n' "$1" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case "$1" in
    -o | --output)
      [ $# -gt 1 ] || fail "$1 lacks its value"
      out=$2
      shift 2
      ;;
    -t | --timeout)
      [ $# -gt 1 ] || fail "$1 lacks its value"
      seconds=$2
      shift 2
      ;;
    --keep-env)
      keep_env=1
      shift
      ;;
    -h | --help)
      sed -n '2,5s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    *) fail "there is no option $1; see --help" ;;
  esac
done

[ "$(uname -s)" = Linux ] || fail 'this is no Linux host: run it on the Docker host itself'
[ "$(id -u)" = 0 ] || fail 'reading a live host needs root: run it with sudo'
command -v docker >/dev/null 2>&1 || fail 'there is no docker command here: run it on the Docker host itself'
engine=$(docker version --format '{{.Server.Version}}' 2>/dev/null) || fail 'no Docker Engine answers here: start it, or set DOCKER_HOST'
case "$out" in
  *.tgz | *.tar.gz | *.tar) ;;
  *) [ -z "$(ls -A "$out" 2>/dev/null)" ] || fail "$out is not empty; name a new folder for -o, or a file that ends in .tgz" ;;
esac

work=$(mktemp -d "${TMPDIR:-/tmp}/dtrace-path.XXXXXX") || fail 'no temporary folder can be made'
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT HUP TERM
top="$work/snapshot"
mkdir "$top" "$top/host" "$top/docker"
lacking="$work/lacking"
: >"$lacking"

limit=
command -v timeout >/dev/null 2>&1 && limit="timeout $seconds"

say() {
  [ -t 2 ] && printf '\r\033[K%s' "$1" >&2
  return 0
}

missing() {
  printf '%s: %s\n' "$1" "$2" >>"$lacking"
}

# print FILE COMMAND...: the command's output as a file; false where it failed or a .json holds none.
print() {
  file=$1
  shift
  # shellcheck disable=SC2086
  if $limit $enter "$@" >"$work/out" 2>"$work/err" </dev/null; then
    case "$file" in
      *.json)
        case "$(head -c 1 "$work/out")" in
          '' | '[' | '{') ;;
          *)
            printf '%s printed no JSON\n' "$1" >"$work/err"
            return 1
            ;;
        esac
        ;;
    esac
    mv "$work/out" "$top/$file"
    return 0
  fi
  if ! command -v "$1" >/dev/null 2>&1; then printf '%s is not installed\n' "$1" >"$work/err"; fi
  return 1
}

# want FILE COMMAND...: the same, and noted where it could not be had.
want() {
  print "$@" || missing "$1" "$(tail -n 1 "$work/err")"
}

# netns FOLDER PID: every listing of one namespace; PID is empty for the host's own.
netns() {
  d=$1
  enter=
  [ -z "$2" ] || enter="nsenter --net=/proc/$2/ns/net"
  want "$d/iptables-save.txt" iptables-save -c
  want "$d/ip6tables-save.txt" ip6tables-save -c
  want "$d/nft-ruleset.json" nft -j list ruleset
  print "$d/ip-addr.json" ip -j -d addr show || want "$d/ip-addr.txt" ip addr show
  print "$d/ip-route.json" ip -j -d route show table all || want "$d/ip-route.txt" ip route show table all
  print "$d/ip6-route.json" ip -6 -j -d route show table all || want "$d/ip6-route.txt" ip -6 route show table all
  print "$d/ip-rule.json" ip -j rule show || want "$d/ip-rule.txt" ip rule show
  print "$d/ip6-rule.json" ip -6 -j rule show || want "$d/ip6-rule.txt" ip -6 rule show
  print "$d/ip-neigh.json" ip -j neigh show || want "$d/ip-neigh.txt" ip neigh show
  print "$d/bridge-link.json" bridge -j -d link show || want "$d/brctl-show.txt" brctl show
  print "$d/bridge-fdb.json" bridge -j fdb show || want "$d/bridge-fdb.txt" bridge fdb show
  print "$d/bridge-vlan.json" bridge -j vlan show || want "$d/bridge-vlan.txt" bridge vlan show
  print "$d/ss.txt" ss -H -tulpn || want "$d/netstat.txt" netstat -tulpn
  # some settings can never be read, which makes sysctl fail
  print "$d/sysctl.txt" sysctl -a || mv "$work/out" "$top/$d/sysctl.txt"
  grep '^net\.' "$top/$d/sysctl.txt" | grep -v -e stable_secret -e fastopen_key >"$work/out"
  mv "$work/out" "$top/$d/sysctl.txt"
  if [ ! -s "$top/$d/sysctl.txt" ]; then
    rm "$top/$d/sysctl.txt"
    missing "$d/sysctl.txt" "$(tail -n 1 "$work/err")"
  fi
  # the kernel is asked for legacy tables and for sets only where it has some: asking would load them
  proc="/proc/${2:-self}/net"
  [ -z "$(cat "$proc/ip_tables_names" 2>/dev/null)" ] || want "$d/iptables-legacy-save.txt" iptables-legacy-save -c
  [ -z "$(cat "$proc/ip6_tables_names" 2>/dev/null)" ] || want "$d/ip6tables-legacy-save.txt" ip6tables-legacy-save -c
  if cat "$top/$d/iptables-save.txt" "$top/$d/ip6tables-save.txt" 2>/dev/null | grep -q -e '--match-set ' -e '-j SET '; then
    want "$d/ipset-save.txt" ipset save
  fi
  enter=
}

enter=
container_format='{"Id":{{json .Id}},"Created":{{json (index . "Created")}},"Name":{{json (index . "Name")}},"Image":{{json (index . "Image")}},"State":{"Status":{{json (index .State "Status")}},"Running":{{json (index .State "Running")}},"Pid":{{json (index .State "Pid")}}},"HostConfig":{"NetworkMode":{{json (index .HostConfig "NetworkMode")}},"PortBindings":{{json (index .HostConfig "PortBindings")}},"PublishAllPorts":{{json (index .HostConfig "PublishAllPorts")}},"RestartPolicy":{{json (index .HostConfig "RestartPolicy")}},"Privileged":{{json (index .HostConfig "Privileged")}},"CapAdd":{{json (index .HostConfig "CapAdd")}},"CapDrop":{{json (index .HostConfig "CapDrop")}},"PidMode":{{json (index .HostConfig "PidMode")}},"IpcMode":{{json (index .HostConfig "IpcMode")}},"UsernsMode":{{json (index .HostConfig "UsernsMode")}},"ReadonlyRootfs":{{json (index .HostConfig "ReadonlyRootfs")}},"SecurityOpt":{{json (index .HostConfig "SecurityOpt")}},"Dns":{{json (index .HostConfig "Dns")}},"DnsSearch":{{json (index .HostConfig "DnsSearch")}},"ExtraHosts":{{json (index .HostConfig "ExtraHosts")}}},"Mounts":[{{$sep := ""}}{{range (index . "Mounts")}}{{$sep}}{"Type":{{json (index . "Type")}},"Name":{{json (index . "Name")}},"Source":{{json (index . "Source")}},"Destination":{{json (index . "Destination")}},"RW":{{json (index . "RW")}}}{{$sep = ","}}{{end}}],"Config":{"Hostname":{{json (index .Config "Hostname")}},"User":{{json (index .Config "User")}},"Image":{{json (index .Config "Image")}},"ExposedPorts":{{json (index .Config "ExposedPorts")}},"Labels":{{"{"}}{{$sep := ""}}{{range $key, $value := (index .Config "Labels")}}{{$sep}}{{json $key}}:""{{$sep = ","}}{{end}}{{"}"}}},"NetworkSettings":{{json (index . "NetworkSettings")}}}'
network_format='{"Id":{{json .Id}},"Name":{{json (index . "Name")}},"Created":{{json (index . "Created")}},"Scope":{{json (index . "Scope")}},"Driver":{{json (index . "Driver")}},"EnableIPv4":{{json (index . "EnableIPv4")}},"EnableIPv6":{{json (index . "EnableIPv6")}},"IPAM":{{json (index . "IPAM")}},"Internal":{{json (index . "Internal")}},"Attachable":{{json (index . "Attachable")}},"Ingress":{{json (index . "Ingress")}},"ConfigFrom":{{json (index . "ConfigFrom")}},"ConfigOnly":{{json (index . "ConfigOnly")}},"Containers":{{json (index . "Containers")}},"Options":{{json (index . "Options")}},"Peers":{{json (index . "Peers")}},"Labels":{{"{"}}{{$sep := ""}}{{range $key, $value := (index . "Labels")}}{{$sep}}{{json $key}}:""{{$sep = ","}}{{end}}{{"}"}}}'

# inspect FILE FORMAT IDS COMMAND...: a JSON array of what docker inspect says of each.
inspect() {
  file=$1
  format=$2
  ids=$3
  shift 3
  if [ -z "$ids" ]; then
    printf '[]\n' >"$top/$file"
  elif [ -n "$keep_env" ]; then
    # shellcheck disable=SC2086
    want "$file" "$@" $ids
  else
    # shellcheck disable=SC2086
    want "$file" "$@" --format "$format" $ids
    [ ! -f "$top/$file" ] || {
      sed -e '/^$/d' "$top/$file" | sed -e '1s/^/[/' -e '$!s/$/,/' -e '$s/$/]/' >"$work/out"
      mv "$work/out" "$top/$file"
    }
  fi
}

say 'docker'
printf '{\n  "format": "dtrace-path-snapshot/1",\n  "hostname": "%s",\n  "kernel": "%s",\n  "docker": "%s",\n  "collectedAt": "%s"\n}\n' \
  "$(uname -n)" "$(uname -r)" "$engine" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$top/meta.json"
inspect docker/containers.json "$container_format" "$(docker ps -aq --no-trunc)" docker inspect --type container
inspect docker/networks.json "$network_format" "$(docker network ls -q --no-trunc)" docker network inspect
for name in version info; do
  want "docker/$name.json" docker "$name" --format '{{json .}}'
  if [ -z "$keep_env" ] && [ -f "$top/docker/$name.json" ]; then
    sed -E -e 's/"(HttpProxy|HttpsProxy|NoProxy)":"(\\.|[^"\\])*"/"\1":""/g' -e 's/"Labels":\[("(\\.|[^"\\])*",?)*\]/"Labels":[]/g' \
      "$top/docker/$name.json" >"$work/out"
    mv "$work/out" "$top/docker/$name.json"
  fi
done

say 'host'
netns host ''
running=$(docker ps -q --no-trunc)
if [ -n "$running" ]; then
  # shellcheck disable=SC2086
  docker inspect --type container --format '{{.State.Pid}} {{.HostConfig.NetworkMode}} {{.Name}}' $running >"$work/places"
  while read -r pid mode name; do
    name=${name#/}
    case "$mode" in host | container:*) continue ;; esac
    case "$name" in '' | .* | *[!A-Za-z0-9_.-]*) continue ;; esac
    [ "$pid" -gt 0 ] || continue
    mkdir -p "$top/netns/$name"
    say "netns/$name"
    netns "netns/$name" "$pid"
  done <"$work/places"
fi
say ''

case "$out" in
  *.tar) tar -C "$work" -cf "$out" snapshot || fail "$out cannot be written" ;;
  *.tgz | *.tar.gz) tar -C "$work" -czf "$out" snapshot || fail "$out cannot be written" ;;
  *)
    mkdir -p "$out" && cp -R "$top/." "$out/" || fail "$out cannot be written"
    ;;
esac
printf '%s: %s files\n' "$out" "$(find "$top" -type f | wc -l | tr -d ' ')" >&2
if [ -s "$lacking" ]; then
  printf 'could not be had:\n' >&2
  sed 's/^/  /' "$lacking" >&2
fi
