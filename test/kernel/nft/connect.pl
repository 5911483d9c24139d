# Opens TCP connections from the namespace it runs in, all at once: a line in is `SPORT ADDRESS PORT`, a line out its number and what connect() said.
# A connection that stands is one, whatever ICMP error comes back for the packets behind its SYN: SO_ERROR alone tells of those as well (sk_err_soft).
use strict;
use warnings;
use Errno;
use Fcntl;
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6);

use constant { IP_RECVERR => 11, TCP_INFO => 11, ESTABLISHED => 1, WAIT => 0.35, TCP => 6, IP => 0 };
my @names = qw(ECONNREFUSED ECONNRESET EHOSTUNREACH ENETUNREACH EACCES ENOPROTOOPT EPERM EINPROGRESS);

# The name of an error by its number.
sub named {
  my ($number) = @_;
  local $! = $number;
  my ($name) = grep { $!{$_} } @names;
  return $name // "errno $number";
}

# What became of a connection that is under way.
sub awaited {
  my ($socket) = @_;
  vec(my $both = '', fileno($socket), 1) = 1;
  return 'timeout' if select(undef, my $writable = $both, undef, WAIT) < 1;
  return 'connected' if unpack('C', getsockopt($socket, TCP, TCP_INFO)) == ESTABLISHED;
  my $error = unpack('i', getsockopt($socket, SOL_SOCKET, SO_ERROR));
  return $error == 0 ? 'connected' : named($error);
}

sub opened {
  my ($sport, $ip, $dport) = @_;
  my $six = $ip =~ /:/;
  my $domain = $six ? AF_INET6 : AF_INET;
  my $at = sub {
    my ($port, $raw) = ($_[0], inet_pton($domain, $_[1]));
    return $six ? pack_sockaddr_in6($port, $raw) : pack_sockaddr_in($port, $raw);
  };
  socket(my $socket, $domain, SOCK_STREAM, TCP) or return 'socket ' . named($! + 0);
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
  # the error that its own SYN meets comes back within connect(): it is kept for whoever asks for it
  setsockopt($socket, IP, IP_RECVERR, 1) unless $six;
  bind($socket, $at->($sport, $six ? '::' : '0.0.0.0')) or return 'bind ' . named($! + 0);
  fcntl($socket, F_SETFL, O_NONBLOCK);
  return 'connected' if connect($socket, $at->($dport, $ip));
  return $!{EINPROGRESS} ? awaited($socket) : named($! + 0);
}

my @flows = map { [split] } grep { /\S/ } <STDIN>;
for my $i (0 .. $#flows) {
  next if fork;
  syswrite(STDOUT, "$i " . opened(@{ $flows[$i] }) . "\n");
  exit 0;
}
1 while wait > 0;
