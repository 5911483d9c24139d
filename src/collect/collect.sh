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
keep_keys=

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
      keep_keys="$keep_keys $2"
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

# a program that does not heed a signal is ended all the same; one that writes without end is cut off
limit=
command -v timeout >/dev/null 2>&1 && limit="timeout -s KILL $seconds"
most=67108864
# and of all together: the same bounds as in src/collect/bounds.ts
longest=$((seconds * 60))
most_kept=402653184
most_spaces=2000
began=$(date +%s)
kept_bytes=0
spaces=0

# over: whether nothing more is asked, and why.
over() {
  if [ "$kept_bytes" -gt "$most_kept" ]; then
    why="not asked: there are more than $((most_kept / 1048576)) MiB already"
  elif [ $(($(date +%s) - began)) -ge "$longest" ]; then
    why="not asked: all that came before took longer than $longest s"
  else
    return 1
  fi
}

# what a command started and left behind may hold its output open
patience=
[ -z "$limit" ] || patience="timeout -s KILL $((seconds + 2))"

# alone COMMAND...: a command that has nothing but its output; what it says of itself is cut off as well.
alone() {
  (
    ulimit -f 2048 2>/dev/null
    # shellcheck disable=SC2086
    exec $limit $enter "$@" 2>"$work/err" </dev/null 3>&-
  )
}
enter=

# text COMMAND...: what it prints, and a line that begins with ! where it failed; on a full disk nothing could be kept.
text() {
  # shellcheck disable=SC2086
  { alone "$@" || echo '! failed'; } | $patience head -c "$most"
}

: >"$work/err"
engine=$(text docker version --format '{{.Server.Version}}')
case "$engine" in *'! failed') fail 'no Docker Engine answers here: start it, or set DOCKER_HOST' ;; esac

say() {
  [ -t 2 ] && printf '\r\033[K%s' "$1" >&2
  return 0
}

# whole: without what is no UTF-8; without the program that tells, without all that is no ASCII.
whole() {
  if command -v iconv >/dev/null 2>&1; then iconv -c -f UTF-8 -t UTF-8 2>/dev/null; else tr -d '\200-\377'; fi
}

# quoted TEXT: as a string of JSON; control characters are left out, and what a cut left of a character.
quoted() {
  printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037\177' | whole | sed 's/[\\"]/\\&/g')"
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
  # shellcheck disable=SC2030,SC2086
  counted=$({
    {
      "$@" 2>"$work/err" </dev/null 3>&-
      echo "status $?" >&3
    } | $patience head -c $((most + 1)) 3>&- | tee "$saved" 2>/dev/null | wc -c >&3
  } 3>&1)
  status=$(printf '%s\n' "$counted" | sed -n 's/^status //p')
  came=$(printf '%s\n' "$counted" | sed -n '/^status/!s/[^0-9]//gp; /^[0-9]*$/p' | head -n 1)
  cut=
  [ "${came:-x}" = "$(wc -c 2>/dev/null <"$saved" | tr -d ' ')" ] || cut=1
  [ -z "$cut" ]
}

# addresses without their users and passwords, and nothing behind password=
no_passwords='
s|://[^ /"<>]*:[^ "<>]*@|://|g
s|[^ /"<>@=(,:]*:/\{0,1\}[^ /"<>][^ "<>]*@||g
s|://[^ /"<>]*@|://|g
s/\([Pp][Aa][Ss][Ss][Ww][Oo][Rr][Dd]\|[Pp][Aa][Ss][Ss][Ww][Dd]\|[Pp][Aa][Ss][Ss]\|[Pp][Ww][Dd]\|[Ss][Ee][Cc][Rr][Ee][Tt]\|[Tt][Oo][Kk][Ee][Nn]\|[Aa][Uu][Tt][Hh]\|[Kk][Ee][Yy]\)=\('\''[^'\'']*'\''\{0,1\}\|"\([^"\\]\|\\.\)*"\{0,1\}\|[^ ,;&"'\'']*\)/\1=/g
s/\([Bb][Aa][Ss][Ii][Cc]\|[Bb][Ee][Aa][Rr][Ee][Rr]\) [^ ,]*/\1 /g'

no_room="it could not be written whole: there is no room in ${TMPDIR:-/tmp}"

# print FILE COMMAND...: the command's output as a file; false where it failed or a .json holds none.
print() {
  file=$1
  shift
  why=
  if over; then
    rm -f "$work/out"
    return 1
  fi
  if ! save "$work/out" alone "$@"; then
    why=$no_room
  elif [ "$came" -gt "$most" ]; then
    why="$1 printed more than $((most / 1048576)) MiB"
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
      kept_bytes=$((kept_bytes + came))
      mv "$work/out" "$top/$file" && return 0
      why=$no_room
    fi
  elif ! command -v "$1" >/dev/null 2>&1; then
    why="$1 is not installed"
  elif [ -n "$limit" ] && { [ "$status" = 124 ] || [ "$status" = 137 ]; }; then
    why="$1 took longer than $seconds s"
  else
    why=$(tail -c 4096 "$work/err" 2>/dev/null | tail -n 1 | sed "$no_passwords" | head -c 300)
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

# rules FILE COMMAND...: a listing of rules or sets, without comments that may hold a password.
rules() {
  want "$@" && without "$1"
}

# without FILE: what it holds but for such comments: the words of src/secrets. Between quotes and outside of them by turns.
without() {
  grep -q 'comment' "$top/$1" || return 0
  filter "$1" comments
}

comments() {
  awk '
function secret(text,   low, rest) {
  low = tolower(text)
  gsub(/@sha[0-9]+:[0-9a-f]+/, "", low)
  if (low ~ "(" NAMES ")\\\\?[\"\047]?[ \t]*[=:][ \t]*[^ \t,;]") return 1
  if (low ~ "(-|require|master)(" NAMES ")[ \t]+[^ \t,;]") return 1
  if (low ~ "(bearer|basic)[ \t]+[a-z0-9_+/=.~-]") return 1
  if (low ~ "(^|[ \t])(-u|--user|--proxy-user)[ =]?[\"\047]?[^ \t:\"\047]+:[^ \t]") return 1
  if (low ~ /sshpass|mysql|mariadb|mongo|ldap|smbclient|redis-cli|mosquitto_/ && low ~ /(^|[ \t])-[pwa][ \t]?[^- \t]/) return 1
  if (low ~ "[^ \t<>]*:[^ \t<>]*@" || low ~ "://[^ \t/<>]*@") return 1
  rest = text
  while (match(rest, "[A-Za-z0-9_+/]+=")) {
    if (RLENGTH == 44) return 1
    rest = substr(rest, RSTART + RLENGTH)
  }
  return 0
}
function outside(text) { ours = text ~ /comment $/ || (was == "comment" && text ~ /^[ \t]*:[ \t]*$/); was = ""; printf "%s", text }
BEGIN {
  RS = "\""; FS = "\n"
  NAMES = "(password|passwd|passphrase|passcode|pwd|secret|token|credential|psk|authorization|(api|access|private|preshared|shared|encryption|secret|fastopen)[-_. ]?key)[a-z0-9_.-]*|pass|auth"
}
NR > 1 && !more { printf "\"" }
more { string = string "\"" $0 }
!more { string = $0 }
# a quote that nothing closes in its line stands for itself
quoted && !more && index(string, "\n") { outside(string); next }
quoted {
  ends = match(string, /\\+$/) ? RLENGTH : 0
  more = ends % 2
  if (more) next
  printf "%s", ours && secret(string) ? "left out: it may hold a password" : string
  was = string; quoted = 0
  next
}
{ outside(string); quoted = 1 }
END { if (more) printf "%s", string }' "$1"
}

# settings FILE: what sysctl says of the network, but for secrets.
settings() {
  grep '^net\.' "$1" | grep -v -e stable_secret -e fastopen_key
}

# in_kernel NAME: what a file of the kernel's says within the namespace.
in_kernel() {
  text cat "/proc/self/net/$1" | grep -v '^! failed$'
}

# netns FOLDER FILE: every listing of one namespace; FILE stands for it, and is empty for the host's own.
netns() {
  d=$1
  enter=
  [ -z "$2" ] || enter="nsenter --net=$2"
  rules "$d/iptables-save.txt" iptables-save -c
  rules "$d/ip6tables-save.txt" ip6tables-save -c
  if print "$d/nft-ruleset.json" nft -j list ruleset; then
    without "$d/nft-ruleset.json"
    print "$d/nft-ruleset.txt" nft -a list ruleset && without "$d/nft-ruleset.txt"
  else
    rules "$d/nft-ruleset.txt" nft -a list ruleset
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
  if print "$d/sysctl.txt" sysctl -a || { ! over && [ "$why" != "$no_room" ] && [ -s "$work/out" ] && mv "$work/out" "$top/$d/sysctl.txt"; }; then
    filter "$d/sysctl.txt" settings
  else
    missing "$d/sysctl.txt" "$why" 'sysctl -a'
  fi
  # the kernel is asked for legacy tables, virtual servers and sets only where it has some: asking would load them
  [ -z "$(in_kernel ip_tables_names)" ] || rules "$d/iptables-legacy-save.txt" iptables-legacy-save -c
  [ -z "$(in_kernel ip6_tables_names)" ] || rules "$d/ip6tables-legacy-save.txt" ip6tables-legacy-save -c
  [ "$(in_kernel ip_vs | wc -l)" -le 3 ] || want "$d/ipvs-save.txt" ipvsadm -Sn
  if cat "$top/$d/iptables-save.txt" "$top/$d/ip6tables-save.txt" 2>/dev/null | grep -q -e '--match-set ' -e '-j SET '; then
    rules "$d/ipset-save.txt" ipset save
  fi
  enter=
}

enter=
container_format='{"Id":{{json .Id}},"Created":{{json (index . "Created")}},"Name":{{json (index . "Name")}},"Image":{{json (index . "Image")}},"State":{"Status":{{json (index .State "Status")}},"Running":{{json (index .State "Running")}},"Pid":{{json (index .State "Pid")}}},"HostConfig":{"NetworkMode":{{json (index .HostConfig "NetworkMode")}},"PortBindings":{{json (index .HostConfig "PortBindings")}},"PublishAllPorts":{{json (index .HostConfig "PublishAllPorts")}},"RestartPolicy":{{json (index .HostConfig "RestartPolicy")}},"Privileged":{{json (index .HostConfig "Privileged")}},"CapAdd":{{json (index .HostConfig "CapAdd")}},"CapDrop":{{json (index .HostConfig "CapDrop")}},"PidMode":{{json (index .HostConfig "PidMode")}},"IpcMode":{{json (index .HostConfig "IpcMode")}},"UsernsMode":{{json (index .HostConfig "UsernsMode")}},"ReadonlyRootfs":{{json (index .HostConfig "ReadonlyRootfs")}},"SecurityOpt":{{json (index .HostConfig "SecurityOpt")}},"Dns":{{json (index .HostConfig "Dns")}},"DnsSearch":{{json (index .HostConfig "DnsSearch")}},"ExtraHosts":{{json (index .HostConfig "ExtraHosts")}}},"Mounts":[{{$sep := ""}}{{range (index . "Mounts")}}{{$sep}}{"Type":{{json (index . "Type")}},"Name":{{json (index . "Name")}},"Source":{{json (index . "Source")}},"Destination":{{json (index . "Destination")}},"RW":{{json (index . "RW")}}}{{$sep = ","}}{{end}}],"Config":{"Hostname":{{json (index .Config "Hostname")}},"User":{{json (index .Config "User")}},"Image":{{json (index .Config "Image")}},"ExposedPorts":{{json (index .Config "ExposedPorts")}},"Labels":{{"{"}}{{$sep := ""}}{{range $key, $value := (index .Config "Labels")}}{{$sep}}{{json $key}}:{{if @KEEP@}}{{json $value}}{{else}}""{{end}}{{$sep = ","}}{{end}}{{"}"}}},"NetworkSettings":{{json (index . "NetworkSettings")}}}'
network_format='{"Id":{{json .Id}},"Name":{{json (index . "Name")}},"Created":{{json (index . "Created")}},"Scope":{{json (index . "Scope")}},"Driver":{{json (index . "Driver")}},"EnableIPv4":{{json (index . "EnableIPv4")}},"EnableIPv6":{{json (index . "EnableIPv6")}},"IPAM":{{json (index . "IPAM")}},"Internal":{{json (index . "Internal")}},"Attachable":{{json (index . "Attachable")}},"Ingress":{{json (index . "Ingress")}},"ConfigFrom":{{json (index . "ConfigFrom")}},"ConfigOnly":{{json (index . "ConfigOnly")}},"Containers":{{json (index . "Containers")}},"Options":{{json (index . "Options")}},"Peers":{{json (index . "Peers")}},"Labels":{{"{"}}{{$sep := ""}}{{range $key, $value := (index . "Labels")}}{{$sep}}{{json $key}}:{{if @KEEP@}}{{json $value}}{{else}}""{{end}}{{$sep = ","}}{{end}}{{"}"}}}'

# a condition holds no sign that sed gives a meaning to but `.`, `*` and `/`
container_format=$(printf '%s' "$container_format" | sed "s|@KEEP@|$keep_condition false|")
network_format=$(printf '%s' "$network_format" | sed "s|@KEEP@|$keep_condition false|")

# ids COMMAND...: the ids that it prints, or ! where it failed; a line that is neither is left out.
ids() {
  text "$@" | sed -e 's/^! failed$/!/' | grep -E '^([A-Za-z0-9_][A-Za-z0-9_.-]{0,199}|!)$'
}

# array FILE: one object a line as an array, without what else the command printed.
array() {
  { grep '^{' "$1" || echo; } | sed -e '1s/^/[/' -e '$!s/$/,/' -e '$s/$/]/' | strings inspect
}

# inspect FILE FORMAT IDS COMMAND...: a JSON array of what docker inspect says of each; what it prints before it fails is taken.
inspect() {
  json=$1
  format=$2
  wanted=$3
  shift 3
  case "$wanted" in *'!'*)
    missing "$json" 'the command that lists them failed' "$*"
    return
    ;;
  esac
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
  if [ -z "$keep_env" ]; then
    others=$(grep -c '^[^{]' "$top/$json")
    [ "${others:-0}" = 0 ] || missing "$json" "$others of its lines are no JSON" "$said"
    filter "$json" array
  fi
}

# strings WHAT: JSON in which every string is empty that is not known to hold no secret, whatever the command printed: the same ways as in
# src/collect/secrets.ts. Between quotes and outside of them by turns.
strings() {
  awk -v what="$1" -v kept="com.docker.compose.* $keep_keys" '
function within(list, name) { return index(" " list " ", " " name " ") > 0 }
function label(name,   i, n, all) {
  n = split(kept, all, " ")
  for (i = 1; i <= n; i++) {
    if (all[i] ~ /\*$/ ? substr(name, 1, length(all[i]) - 1) == substr(all[i], 1, length(all[i]) - 1) : name == all[i]) return 1
  }
  return 0
}
function taken(   i, w, way, own, of) {
  w = 0
  for (i = 1; i <= depth; i++) if (object[i]) way[++w] = key[i]
  if (what == "version") {
    for (i = 1; i <= w; i++) if (!within(VERSION, way[i])) return 0
    return 1
  }
  if (what == "info") return way[1] == "Swarm" ? within(SWARM, way[2]) : within(INFO, way[1])
  own = way[w]; of = w > 1 ? way[w - 1] : ""
  if (of == "Labels") return label(own)
  if (of == "Options" || of == "DriverOpts") return own ~ /^com\.docker\./ || within(OPTION, own)
  if (w == 0) return 0
  return within(TOP, way[1]) || (w > 1 && (within(STATE, way[1] "." way[2])))
}
function bare(text,   low, at, from, end) {
  if (index(text, "@")) {
    if (length(text) > 4096) return ""
    text = nousers(text)
    gsub("://[^ \t\r\n/\"\047<>]*@", "://", text)
  }
  low = tolower(text)
  if (low !~ /(pass|pwd|secret|token|credential|key|auth|passw|phrase)[a-z]*=|basic |bearer /) return text
  return length(text) > 4096 ? "" : told(text)
}
function nousers(text,   made, word) {
  made = ""
  while (match(text, "[^ \t\r\n\"\047<>]+")) {
    made = made substr(text, 1, RSTART - 1)
    word = substr(text, RSTART, RLENGTH)
    text = substr(text, RSTART + RLENGTH)
    made = made cutuser(word)
  }
  return made text
}
# patterns with a / in brackets are texts: some awks take the backslash before it for a member.
# up to the last @ that begins no digest, from the first user: that is no scheme
function cutuser(word,   end, at, i, rest) {
  end = 0; at = 0; rest = word
  while (i = index(rest, "@")) {
    at += i; rest = substr(rest, i + 1)
    if (rest !~ /^sha[0-9]+:[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]/) end = at
  }
  if (!end) return word
  at = 0; rest = substr(word, 1, end - 1)
  while (match(rest, "[^=(,:@/]*:")) {
    if (substr(rest, RSTART + RLENGTH) !~ /^\/\//) return substr(word, 1, at + RSTART - 1) substr(word, end + 1)
    at += RSTART + RLENGTH - 1; rest = substr(rest, RSTART + RLENGTH)
  }
  return word
}
# what stands behind a word that ends with a sign is cut
function behind(text, pattern, sign,   low, made) {
  made = ""
  low = tolower(text)
  while (match(low, pattern)) {
    made = made substr(text, 1, RSTART - 1 + index(substr(low, RSTART), sign))
    text = substr(text, RSTART + RLENGTH)
    low = substr(low, RSTART + RLENGTH)
  }
  return made text
}
function told(text) {
  text = behind(text, "(password|passwd|passphrase|pass|pwd|secret|token|credentials|credential|api[-_]?key|access[-_]?key|auth)=(\047[^\047]*\047?|\\\\\"([^\"\\\\]|\\\\\\\\\\\\\"|\\\\[^\"])*(\\\\\")?|([^ \t\r\n,;&\047\\\\]|\\\\[^\"])*)", "=")
  return behind(text, "(basic|bearer) [a-z0-9+/=._~-]+", " ")
}
function shown(text) {
  if (depth && atkey[depth]) { key[depth] = text; return bare(text) }
  return taken() ? bare(text) : ""
}
function outside(text,   c, word) {
  while (match(text, /[][{}:,]/)) {
    c = substr(text, RSTART, 1)
    word = substr(text, 1, RSTART - 1)
    printf "%s%s", plain(word), c
    text = substr(text, RSTART + 1)
    if (c == "{" || c == "[") { depth++; object[depth] = (c == "{"); atkey[depth] = (c == "{"); key[depth] = "" }
    else if (c == "}" || c == "]") { if (depth) depth-- }
    else if (depth) atkey[depth] = (c == "," && object[depth])
  }
  printf "%s", plain(text)
}
function plain(word) {
  return word ~ /^[ \t\r\n]*((true|false|null|-?[0-9][0-9.eE+-]*)[ \t\r\n]*)?$/ ? word : "null"
}
BEGIN {
  RS = "\""; FS = "\n"
  OPTION = "encrypted parent macvlan_mode ipvlan_mode ipvlan_flag mode mtu vlan isolate metric"
  TOP = "Id Created Name Image Scope Driver IPAM ConfigFrom Containers Options Peers Labels NetworkSettings"
  STATE = "State.Status HostConfig.NetworkMode HostConfig.PortBindings HostConfig.RestartPolicy HostConfig.CapAdd HostConfig.CapDrop HostConfig.PidMode HostConfig.IpcMode HostConfig.UsernsMode HostConfig.SecurityOpt HostConfig.Dns HostConfig.DnsSearch HostConfig.ExtraHosts Mounts.Type Mounts.Name Mounts.Source Mounts.Destination Config.Hostname Config.User Config.Image Config.ExposedPorts Config.Labels"
  INFO = "ID Name Driver DriverStatus Plugins LoggingDriver CgroupDriver CgroupVersion KernelVersion OperatingSystem OSVersion OSType Architecture IndexServerAddress DockerRootDir ServerVersion DefaultRuntime SecurityOptions Warnings FirewallBackend Isolation DefaultAddressPools SystemTime InitBinary ContainerdCommit RuncCommit InitCommit ServerErrors"
  SWARM = "NodeID NodeAddr LocalNodeState RemoteManagers Error"
  VERSION = "Client Server Platform Name Version ApiVersion DefaultAPIVersion MinAPIVersion GitCommit GoVersion Os Arch KernelVersion BuildTime Context Components Details Experimental"
}
!quoted { outside($0); quoted = 1; string = ""; next }
{
  string = string $0
  ends = match($0, /\\+$/) ? RLENGTH : 0
  if (ends % 2) { string = string "\""; next }
  printf "\"%s\"", shown(string)
  quoted = 0
}
END { if (quoted && string != "") printf "\"%s", shown(string) }'
}

# secrets FILE: without proxies, mirrors, the values of labels, and what stands before an @ in a text (user:password@registry).
secrets() {
  sed -E -e 's/"([A-Za-z]*Proxy)":"(\\.|[^"\\])*"/"\1":""/g' -e 's/"(Labels|Mirrors)":\[("(\\.|[^"\\])*",?)*\]/"\1":[]/g' \
    -e 's/"(\\.|[^"\\])*@/"/g' "$1" | strings info
}

# versions FILE: likewise.
versions() {
  sed -E -e 's/"(\\.|[^"\\])*@/"/g' "$1" | strings version
}

say 'docker'
inspect docker/containers.json "$container_format" "$(ids docker ps -aq --no-trunc)" docker inspect --type container
inspect docker/networks.json "$network_format" "$(ids docker network ls -q --no-trunc)" docker network inspect
for name in version info; do
  case "$name" in info) without=secrets ;; *) without=versions ;; esac
  want "docker/$name.json" docker "$name" --format '{{json .}}' && [ -z "$keep_env" ] && filter "docker/$name.json" "$without"
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
  [ "$spaces" -lt "$most_spaces" ] || bad="there are more than $most_spaces namespaces"
  [ -n "$bad" ] || ! over || bad=$why
  if [ -z "$bad" ] && ! mkdir -p "$top/netns/$1"; then bad=$no_room; fi
  if [ -n "$bad" ]; then
    missing "netns/$1" "$bad" nsenter
    return
  fi
  taken="$taken$1 "
  spaces=$((spaces + 1))
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
[ -z "$running" ] || places=$(text docker inspect --type container --format '{{.State.Pid}} {{.HostConfig.NetworkMode}} {{.Name}}' $running)
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

# where there was no line, nothing has put it back
IFS=$blanks

# namespaces that no container owns: of Swarm, and of ip netns
named=$(text ip netns list)
case "$named" in
  *'! failed') [ -z "$(ls /var/run/netns 2>/dev/null)" ] || missing netns 'it failed' 'ip netns list' ;;
esac
others=$(
  ls /run/docker/netns 2>/dev/null | sed 's|^|/run/docker/netns |'
  printf '%s\n' "$named" | sed -e '/^$/d' -e '/^! failed$/d' -e '/^\[\]$/d' -e 's/ .*//' -e 's|^|/var/run/netns |'
)
IFS=$lines
for line in $others; do
  IFS=$blanks
  where=${line%% *}
  name=${line#* }
  [ -n "$name" ] || continue
  if over; then
    missing netns "$why" nsenter
    break
  fi
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
