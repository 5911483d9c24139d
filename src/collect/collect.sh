#!/bin/sh
# Takes a snapshot of a Docker host for dtrace-path: the output of the host's own commands, in its network namespace and
# in each container's. Changes nothing. Environment, command lines and label values of containers stay on the host.
#
#   sudo sh collect.sh [-o DIR|FILE.tgz] [-t SECONDS] [--keep-env] [--keep-label KEY]...
#
# Exit code 1: something could not be had; it is listed at the end, and in meta.json. 2: there is no snapshot.
set -u -f
umask 077
LC_ALL=C
export LC_ALL

# the name of a file: nothing of it leads elsewhere or is taken for an option
stem=$(uname -n | tr -c 'A-Za-z0-9._\n-' _ | sed -e 's/^[.-]*//')
out="${stem:-host}-snapshot.tgz"
seconds=20
keep_env=
keep_condition='or (eq (printf "%.19s" $key) "com.docker.compose.")'
kept='"com.docker.compose.*"'

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
      case "$seconds" in '' | 0 | *[!0-9]*) fail "-t is a number of seconds, not $seconds" ;; esac
      ;;
    --keep-env)
      keep_env=1
      shift
      ;;
    --keep-label)
      [ $# -gt 1 ] || fail "$1 lacks its value"
      case "${2%\*}" in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._/-]*) fail "--keep-label is the name of a label, not $2" ;; esac
      key=${2%\*}
      if [ "$key" = "$2" ]; then
        keep_condition="$keep_condition (eq \$key \"$key\")"
      else
        keep_condition="$keep_condition (eq (printf \"%.${#key}s\" \$key) \"$key\")"
      fi
      kept="$kept, \"$2\""
      shift 2
      ;;
    -h | --help)
      sed -n '2,7s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    *) fail "there is no option $1; see --help" ;;
  esac
done

[ "$(uname -s)" = Linux ] || fail 'this is no Linux host: run it on the Docker host itself'
[ "$(id -u)" = 0 ] || fail 'reading a live host needs root: run it with sudo'
command -v docker >/dev/null 2>&1 || fail 'there is no docker command here: run it on the Docker host itself'
engine=$(docker version --format '{{.Server.Version}}' 2>/dev/null) || fail 'no Docker Engine answers here: start it, or set DOCKER_HOST'
case "$out" in -*) out="./$out" ;; esac
case "$out" in
  *.tgz | *.tar.gz | *.tar) ;;
  *)
    # others may have made it ready, to be written through
    [ ! -h "$out" ] || fail "$out is a link; name the folder itself for -o"
    [ ! -e "$out" ] || case "$(stat -c %u "$out" 2>/dev/null)" in
      0 | "${SUDO_UID:-0}") ;;
      *) fail "$out belongs to another user; name a new folder for -o" ;;
    esac
    [ -z "$(ls -A "$out" 2>/dev/null)" ] || fail "$out is not empty; name a new folder for -o, or a file that ends in .tgz"
    ;;
esac

work=$(mktemp -d "${TMPDIR:-/tmp}/dtrace-path.XXXXXX") || fail 'no temporary folder can be made: set TMPDIR to one that has room'
part=
trap 'rm -rf "$work" ${part:+"$part"}' EXIT
trap 'exit 130' INT HUP TERM
top="$work/snapshot"
mkdir "$top" "$top/host" "$top/docker" || fail "there is no room in ${TMPDIR:-/tmp}: set TMPDIR to a folder that has some"
# room for meta.json, which tells what did not fit
[ "$(head -c 262144 /dev/zero | tee "$work/room" 2>/dev/null | wc -c)" -eq "$(wc -c <"$work/room")" ] ||
  fail "there is no room in ${TMPDIR:-/tmp}: set TMPDIR to a folder that has some"
# in memory: on a full disk nothing could be noted
lacking=
lacking_json=

limit=
command -v timeout >/dev/null 2>&1 && limit="timeout $seconds"

say() {
  [ -t 2 ] && printf '\r\033[K%s' "$1" >&2
  return 0
}

# quoted TEXT: as a string of JSON; control characters are left out.
quoted() {
  printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037\177' | sed 's/[\\"]/\\&/g')"
}

# missing FILE WHY COMMAND: notes what could not be had.
missing() {
  lacking="$lacking  $(printf '%s: %s' "$1" "$2" | tr -dc '\040-\176')
"
  lacking_json="$lacking_json${lacking_json:+,}
    { \"file\": $(quoted "$1"), \"command\": $(quoted "$3"), \"why\": $(quoted "$2") }"
}

why=

# save FILE COMMAND...: the command's output as a file, counted on its way: a full disk keeps less than came, and tells nobody.
# Sets status to the command's, and cut where not all was kept.
save() {
  saved=$1
  shift
  # shellcheck disable=SC2030
  counted=$({
    {
      "$@" 2>"$work/err" </dev/null
      echo "status $?" >&3
    } | tee "$saved" 2>/dev/null | wc -c >&3
  } 3>&1)
  status=$(printf '%s\n' "$counted" | sed -n 's/^status //p')
  came=$(printf '%s\n' "$counted" | sed -n '/^status/!s/[^0-9]//gp; /^[0-9]*$/p' | head -n 1)
  cut=
  [ "${came:-x}" = "$(wc -c 2>/dev/null <"$saved" | tr -d ' ')" ] || cut=1
  [ -z "$cut" ]
}

no_room="it could not be written whole: there is no room in ${TMPDIR:-/tmp}"

# print FILE COMMAND...: the command's output as a file; false where it failed or a .json holds none.
print() {
  file=$1
  shift
  why=
  # shellcheck disable=SC2086
  if ! save "$work/out" $limit $enter "$@"; then
    why=$no_room
  elif [ "${status:-1}" = 0 ]; then
    case "$file" in
      *.json)
        case "$(head -c 1 "$work/out")" in
          '' | '[' | '{') ;;
          *) why="$1 printed no JSON" ;;
        esac
        ;;
    esac
    if [ -z "$why" ]; then
      mv "$work/out" "$top/$file" && return 0
      why=$no_room
    fi
  elif ! command -v "$1" >/dev/null 2>&1; then
    why="$1 is not installed"
  elif [ "$status" = 124 ] && [ -n "$limit" ]; then
    why="$1 took longer than $seconds s"
  else
    why=$(tail -n 1 "$work/err" 2>/dev/null | head -c 300)
    [ -n "$why" ] || why="$1 ended with $status"
  fi
  return 1
}

# want FILE COMMAND...: the same, and noted where it could not be had.
want() {
  print "$@" && return 0
  shift
  missing "$file" "$why" "$*"
  return 1
}

# filter FILE COMMAND...: puts what the command makes of a file in its place; without room the file goes, and is noted.
filter() {
  file=$1
  shift
  if save "$work/new" "$@" "$top/$file" && mv "$work/new" "$top/$file"; then return 0; fi
  rm -f "$top/$file"
  missing "$file" "$no_room" "$1"
  return 1
}

# settings FILE: what sysctl says of the network, but for secrets.
settings() {
  grep '^net\.' "$1" | grep -v -e stable_secret -e fastopen_key
}

# in_kernel NAME: what a file of the kernel's says within the namespace.
in_kernel() {
  # shellcheck disable=SC2086
  $enter cat "/proc/self/net/$1" 2>/dev/null
}

# netns FOLDER FILE: every listing of one namespace; FILE stands for it, and is empty for the host's own.
netns() {
  d=$1
  enter=
  [ -z "$2" ] || enter="nsenter --net=$2"
  want "$d/iptables-save.txt" iptables-save -c
  want "$d/ip6tables-save.txt" ip6tables-save -c
  if print "$d/nft-ruleset.json" nft -j list ruleset; then
    print "$d/nft-ruleset.txt" nft -a list ruleset
  else
    want "$d/nft-ruleset.txt" nft -a list ruleset
  fi
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
  if print "$d/sysctl.txt" sysctl -a || { [ "$why" != "$no_room" ] && [ -s "$work/out" ] && mv "$work/out" "$top/$d/sysctl.txt"; }; then
    filter "$d/sysctl.txt" settings
  else
    missing "$d/sysctl.txt" "$why" 'sysctl -a'
  fi
  # the kernel is asked for legacy tables, virtual servers and sets only where it has some: asking would load them
  [ -z "$(in_kernel ip_tables_names)" ] || want "$d/iptables-legacy-save.txt" iptables-legacy-save -c
  [ -z "$(in_kernel ip6_tables_names)" ] || want "$d/ip6tables-legacy-save.txt" ip6tables-legacy-save -c
  [ "$(in_kernel ip_vs | wc -l)" -le 3 ] || want "$d/ipvs-save.txt" ipvsadm -Sn
  if cat "$top/$d/iptables-save.txt" "$top/$d/ip6tables-save.txt" 2>/dev/null | grep -q -e '--match-set ' -e '-j SET '; then
    want "$d/ipset-save.txt" ipset save
  fi
  enter=
}

enter=
container_format='{"Id":{{json .Id}},"Created":{{json (index . "Created")}},"Name":{{json (index . "Name")}},"Image":{{json (index . "Image")}},"State":{"Status":{{json (index .State "Status")}},"Running":{{json (index .State "Running")}},"Pid":{{json (index .State "Pid")}}},"HostConfig":{"NetworkMode":{{json (index .HostConfig "NetworkMode")}},"PortBindings":{{json (index .HostConfig "PortBindings")}},"PublishAllPorts":{{json (index .HostConfig "PublishAllPorts")}},"RestartPolicy":{{json (index .HostConfig "RestartPolicy")}},"Privileged":{{json (index .HostConfig "Privileged")}},"CapAdd":{{json (index .HostConfig "CapAdd")}},"CapDrop":{{json (index .HostConfig "CapDrop")}},"PidMode":{{json (index .HostConfig "PidMode")}},"IpcMode":{{json (index .HostConfig "IpcMode")}},"UsernsMode":{{json (index .HostConfig "UsernsMode")}},"ReadonlyRootfs":{{json (index .HostConfig "ReadonlyRootfs")}},"SecurityOpt":{{json (index .HostConfig "SecurityOpt")}},"Dns":{{json (index .HostConfig "Dns")}},"DnsSearch":{{json (index .HostConfig "DnsSearch")}},"ExtraHosts":{{json (index .HostConfig "ExtraHosts")}}},"Mounts":[{{$sep := ""}}{{range (index . "Mounts")}}{{$sep}}{"Type":{{json (index . "Type")}},"Name":{{json (index . "Name")}},"Source":{{json (index . "Source")}},"Destination":{{json (index . "Destination")}},"RW":{{json (index . "RW")}}}{{$sep = ","}}{{end}}],"Config":{"Hostname":{{json (index .Config "Hostname")}},"User":{{json (index .Config "User")}},"Image":{{json (index .Config "Image")}},"ExposedPorts":{{json (index .Config "ExposedPorts")}},"Labels":{{"{"}}{{$sep := ""}}{{range $key, $value := (index .Config "Labels")}}{{$sep}}{{json $key}}:{{if @KEEP@}}{{json $value}}{{else}}""{{end}}{{$sep = ","}}{{end}}{{"}"}}},"NetworkSettings":{{json (index . "NetworkSettings")}}}'
network_format='{"Id":{{json .Id}},"Name":{{json (index . "Name")}},"Created":{{json (index . "Created")}},"Scope":{{json (index . "Scope")}},"Driver":{{json (index . "Driver")}},"EnableIPv4":{{json (index . "EnableIPv4")}},"EnableIPv6":{{json (index . "EnableIPv6")}},"IPAM":{{json (index . "IPAM")}},"Internal":{{json (index . "Internal")}},"Attachable":{{json (index . "Attachable")}},"Ingress":{{json (index . "Ingress")}},"ConfigFrom":{{json (index . "ConfigFrom")}},"ConfigOnly":{{json (index . "ConfigOnly")}},"Containers":{{json (index . "Containers")}},"Options":{{json (index . "Options")}},"Peers":{{json (index . "Peers")}},"Labels":{{"{"}}{{$sep := ""}}{{range $key, $value := (index . "Labels")}}{{$sep}}{{json $key}}:{{if @KEEP@}}{{json $value}}{{else}}""{{end}}{{$sep = ","}}{{end}}{{"}"}}}'

# a condition holds no sign that sed gives a meaning to but `.`, `*` and `/`
container_format=$(printf '%s' "$container_format" | sed "s|@KEEP@|$keep_condition false|")
network_format=$(printf '%s' "$network_format" | sed "s|@KEEP@|$keep_condition false|")

# ids COMMAND...: the ids that it prints; a line that is none is left out.
ids() {
  "$@" | grep -E '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$'
}

# array FILE: one object a line as an array.
array() {
  sed -e '/^$/d' "$1" | sed -e '1s/^/[/' -e '$!s/$/,/' -e '$s/$/]/'
}

# inspect FILE FORMAT IDS COMMAND...: a JSON array of what docker inspect says of each; what it prints before it fails is taken.
inspect() {
  json=$1
  format=$2
  wanted=$3
  shift 3
  if [ -z "$wanted" ]; then
    printf '[]\n' >"$top/$json"
    [ -s "$top/$json" ] || missing "$json" "$no_room" "$*"
    return
  fi
  said="$*"
  # shellcheck disable=SC2086
  if [ -n "$keep_env" ]; then
    print "$json" "$@" $wanted
  else
    print "$json" "$@" --format "$format" $wanted
  fi || {
    missing "$json" "$why" "$said"
    [ "$why" != "$no_room" ] && [ -s "$work/out" ] && mv "$work/out" "$top/$json" || return
  }
  [ -n "$keep_env" ] || filter "$json" array
}

# secrets FILE: without proxies, mirrors, the values of labels, and what stands before an @ in a text (user:password@registry).
secrets() {
  sed -E -e 's/"([A-Za-z]*Proxy)":"(\\.|[^"\\])*"/"\1":""/g' -e 's/"(Labels|Mirrors)":\[("(\\.|[^"\\])*",?)*\]/"\1":[]/g' \
    -e 's/"(\\.|[^"\\])*@/"/g' "$1"
}

say 'docker'
inspect docker/containers.json "$container_format" "$(ids docker ps -aq --no-trunc)" docker inspect --type container
inspect docker/networks.json "$network_format" "$(ids docker network ls -q --no-trunc)" docker network inspect
for name in version info; do
  want "docker/$name.json" docker "$name" --format '{{json .}}' && [ -z "$keep_env" ] && filter "docker/$name.json" secrets
done

# folder NAME FILE: takes the namespace that the file stands for, once, as netns/NAME; a name that cannot be a folder's is noted.
taken=' host '
folder() {
  case "$1" in
    '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9_.-]*) bad='its name cannot be that of a folder' ;;
    *) bad= ;;
  esac
  [ "${#1}" -le 200 ] || bad='its name cannot be that of a folder'
  case "$taken" in *" $1 "*) bad='another namespace has this name' ;; esac
  if [ -z "$bad" ] && ! mkdir -p "$top/netns/$1"; then bad=$no_room; fi
  if [ -n "$bad" ]; then
    missing "netns/$1" "$bad" nsenter
    return
  fi
  taken="$taken$1 "
  say "netns/$1"
  netns "netns/$1" "$2"
}

identity() {
  stat -L -c '%d:%i' "$1" 2>/dev/null
}

say 'host'
netns host ''
known=" $(identity /proc/self/ns/net) "
running=$(ids docker ps -q --no-trunc)
# shellcheck disable=SC2086
[ -z "$running" ] || places=$(docker inspect --type container --format '{{.State.Pid}} {{.HostConfig.NetworkMode}} {{.Name}}' $running 2>/dev/null)
blanks=$IFS
lines='
'
# line by line, from memory: a here-document would need room as well
IFS=$lines
for line in ${places:-}; do
  IFS=$blanks
  pid=${line%% *}
  rest=${line#* }
  mode=${rest%% *}
  name=${rest#* }
  case "$pid $mode" in '0 '* | *' host' | *' container:'*) continue ;; esac
  case "$pid" in
    '' | *[!0-9]* | ???????????*) missing netns 'its name cannot be that of a folder' nsenter ;;
    *)
      known="$known$(identity "/proc/$pid/ns/net") "
      folder "${name#/}" "/proc/$pid/ns/net"
      ;;
  esac
done

# namespaces that no container owns: of Swarm, and of ip netns
others=$(
  ls /run/docker/netns 2>/dev/null | sed 's|^|/run/docker/netns |'
  ip netns list 2>/dev/null | sed -e '/^\[\]$/d' -e 's/ .*//' -e 's|^|/var/run/netns |'
)
IFS=$lines
for line in $others; do
  IFS=$blanks
  where=${line%% *}
  name=${line#* }
  [ -n "$name" ] || continue
  case "$name" in
    [!A-Za-z0-9_]* | *[!A-Za-z0-9_.-]*)
      missing "netns/$name" 'its name cannot be that of a folder' nsenter
      continue
      ;;
  esac
  which=$(identity "$where/$name") || {
    missing "netns/$name" 'no such file' nsenter
    continue
  }
  case "$known" in *" $which "*) continue ;; esac
  known="$known$which "
  folder "$name" "$where/$name"
done
IFS=$blanks
say ''

rm -f "$work/room" "$work/out" "$work/new" "$work/err"
blanked=
[ -n "$keep_env" ] || blanked="
  \"blanked\": { \"labelsExcept\": [$kept] },"
meta() {
  printf '{\n  "format": "dtrace-path-snapshot/1",\n  "hostname": %s,\n  "kernel": %s,\n  "docker": %s,\n  "collectedAt": %s,%s\n  "lacking": [%s]\n}\n' \
    "$(quoted "$(uname -n)")" "$(quoted "$(uname -r)")" "$(quoted "$engine")" "$(quoted "$(date -u +%Y-%m-%dT%H:%M:%SZ)")" "$blanked" \
    "$lacking_json${lacking_json:+
  }"
}
save "$top/meta.json" meta || fail "there is no room in ${TMPDIR:-/tmp}: set TMPDIR to a folder that has some"

# whole or not there: what is half written is taken away. Its name cannot be guessed, for nobody to have put a link there.
pack() {
  part=$(mktemp "$out.XXXXXX" 2>/dev/null) && tar -C "$work" "$1" "$part" snapshot && mv -fT "$part" "$out"
}
case "$out" in
  *.tar) pack -cf ;;
  *.tgz | *.tar.gz) pack -czf ;;
  *) { mkdir -p "$(dirname "$out")" && { [ -d "$out" ] || mkdir "$out"; } && cp -R "$top/." "$out/"; } 2>/dev/null ||
      { rm -rf "$out/host" "$out/docker" "$out/netns" "$out/meta.json" && rmdir "$out" && false; } 2>/dev/null ;;
esac || {
  [ -z "$part" ] || rm -f "$part"
  fail "$out cannot be written"
}
printf '%s: %s files\n' "$out" "$(find "$top" -type f | wc -l | tr -d ' ')" >&2
[ -z "$lacking" ] || {
  printf 'could not be had:\n%s' "$lacking" >&2
  exit 1
}
