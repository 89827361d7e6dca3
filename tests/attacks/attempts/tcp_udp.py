# Talks over the network: to this machine, to others, and to name servers.
# reports: call socket

# %%
import http.client
import socket
import urllib.request

tcp, udp = TARGET["sockets"]["tcp"], TARGET["sockets"]["udp"]

# %%
@variant
def tcp_here():
    return socket.create_connection(tcp, timeout=1).send(b"x")


@variant
def udp_here():
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", udp)


@variant
def ipv6():
    connection = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    connection.connect(("::ffff:127.0.0.1", tcp[1]))
    return True


@variant
def raw():
    found = []
    for family in (2, 10):
        # SOCK_STREAM, DGRAM, RAW, SEQPACKET; plain, ICMP, MPTCP, SCTP, UDP-Lite; with SOCK_CLOEXEC, too
        for kind in (1, 2, 3, 5, 0x80001):
            found += [(family, kind, protocol) for protocol in (0, 1, 6, 17, 132, 136, 255, 262) if call("socket", family, kind, protocol) >= 0]
    return found


@variant
def a_listener():
    return socket.create_server(("", 0))


@variant
def names():
    return socket.getaddrinfo("localhost", 80) and socket.gethostbyname("example.org")


@variant
def a_page():
    return urllib.request.urlopen(f"http://127.0.0.1:{tcp[1]}", timeout=1)


@variant
def a_page_the_plain_way():
    connection = http.client.HTTPConnection("127.0.0.1", tcp[1], timeout=1)
    connection.request("GET", "/")
    return True


@variant
def out_of_what_is_open():
    # The connection itself, turned to somebody else: AF_UNSPEC, then an address.
    address = bytes([2, 0]) + tcp[1].to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
    done = [call("connect", 3, bytes(16), 16), call("connect", 3, address, 16), call("sendto", 3, b"", 0, 0, address, 16)]
    done += [call("bind", 3, address, 16), call("listen", 3, 5), call("accept", 3, None, None), call("accept4", 3, None, None, 0)]
    return [got for got in done if got >= 0]


@variant
def pairs_that_are_none_of_a_pair():
    return [family for family in (2, 10, 16, 17) for kind in (1, 2, 3) if call("socketpair", family, kind, 0, bytes(8)) >= 0]


@variant
def options():
    # SO_BINDTODEVICE, TCP_FASTOPEN
    return [call("setsockopt", 3, 1, 25, b"lo", 2) >= 0, call("setsockopt", 3, 6, 23, b"\1\0\0\0", 4) >= 0].count(True)
