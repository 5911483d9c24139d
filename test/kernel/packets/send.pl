# Sends packets from the namespace it runs in, one a line: `link IFACE HEX` a whole frame, `out ADDRESS HEX` a packet of this machine's own. Answers
# each with "ok", or why it could not be sent.
use strict;
use warnings;
use Socket qw(AF_INET AF_INET6 SOCK_RAW inet_pton pack_sockaddr_in pack_sockaddr_in6);

use constant { AF_PACKET => 17, ETH_P_ALL => 3, IPPROTO_RAW => 255 };
$| = 1;

my %open;

sub opened {
    my ($key, $family, $proto) = @_;
    return $open{$key} if $open{$key};
    socket(my $socket, $family, SOCK_RAW, $proto) or die "socket: $!";
    return $open{$key} = $socket;
}

sub send_one {
    my ($how, $where, $hex) = @_;
    my $bytes = pack('H*', $hex);
    if ($how eq 'link') {
        my $to = pack('S n i S C C a8', AF_PACKET, ETH_P_ALL, ifindex($where), 0, 0, 6, substr($bytes, 0, 6));
        return send(opened('link', AF_PACKET, 0), $bytes, 0, $to);
    }
    my $v6 = $where =~ /:/;
    my $family = $v6 ? AF_INET6 : AF_INET;
    my $ip = inet_pton($family, $where);
    my $to = $v6 ? pack_sockaddr_in6(0, $ip) : pack_sockaddr_in(0, $ip);
    return send(opened($v6 ? 'out6' : 'out4', $family, IPPROTO_RAW), $bytes, 0, $to);
}

# SIOCGIFINDEX: /sys may show another namespace
sub ifindex {
    my ($name) = @_;
    my $request = pack('a16 x24', $name);
    ioctl(opened('out4', AF_INET, IPPROTO_RAW), 0x8933, $request) or die "no $name: $!";
    return unpack('x16 i', $request);
}

while (my $line = <STDIN>) {
    my $sent = eval { send_one(split ' ', $line) };
    print defined $sent ? "ok\n" : 'not sent: ' . ($@ || $!) . "\n";
}
