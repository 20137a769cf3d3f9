// Written by scripts/constants.mjs from native/constants*.cc: add a name there, and run it.
// Go: syscall, golang.org/x/sys/unix
import { numberOf } from "./number-of.js";

/** address_families(7). */
export const AF_INET: number = numberOf("AF_INET");
/** address_families(7). */
export const AF_INET6: number = numberOf("AF_INET6");
/** Linux: address_families(7). */
export const AF_NETLINK: number = numberOf("AF_NETLINK");
/** Linux: address_families(7). */
export const AF_PACKET: number = numberOf("AF_PACKET");
/** address_families(7). */
export const AF_UNIX: number = numberOf("AF_UNIX");
/** address_families(7). */
export const AF_UNSPEC: number = numberOf("AF_UNSPEC");
/** Linux: address_families(7). */
export const AF_VSOCK: number = numberOf("AF_VSOCK");
/** Linux: address_families(7). */
export const AF_XDP: number = numberOf("AF_XDP");
/** Linux: netdevice(7). */
export const ARPHRD_IP6GRE: number = numberOf("ARPHRD_IP6GRE");
/** Linux: netdevice(7). */
export const ARPHRD_IPGRE: number = numberOf("ARPHRD_IPGRE");
/** Linux: netdevice(7). */
export const ARPHRD_SIT: number = numberOf("ARPHRD_SIT");
/** Linux: netdevice(7). */
export const ARPHRD_TUNNEL: number = numberOf("ARPHRD_TUNNEL");
/** Linux: netdevice(7). */
export const ARPHRD_TUNNEL6: number = numberOf("ARPHRD_TUNNEL6");
/** clock_gettime(2). */
export const CLOCK_MONOTONIC: number = numberOf("CLOCK_MONOTONIC");
/** clock_gettime(2). */
export const CLOCK_REALTIME: number = numberOf("CLOCK_REALTIME");
/** Linux: packet(7). */
export const ETH_P_ALL: number = numberOf("ETH_P_ALL");
/** Linux: packet(7). */
export const ETH_P_ARP: number = numberOf("ETH_P_ARP");
/** Linux: packet(7). */
export const ETH_P_IP: number = numberOf("ETH_P_IP");
/** Linux: packet(7). */
export const ETH_P_IPV6: number = numberOf("ETH_P_IPV6");
/** fcntl(2), open(2). */
export const FD_CLOEXEC: number = numberOf("FD_CLOEXEC");
/** fcntl(2), open(2). */
export const F_GETFD: number = numberOf("F_GETFD");
/** fcntl(2), open(2). */
export const F_GETFL: number = numberOf("F_GETFL");
/** fcntl(2), open(2). */
export const F_SETFD: number = numberOf("F_SETFD");
/** fcntl(2), open(2). */
export const F_SETFL: number = numberOf("F_SETFL");
/** Linux: fcntl(2), open(2). */
export const F_SETPIPE_SZ: number = numberOf("F_SETPIPE_SZ");
/** RFC 3542. */
export const ICMP6_FILTER: number = numberOf("ICMP6_FILTER");
/** Linux: raw(7). */
export const ICMP_FILTER: number = numberOf("ICMP_FILTER");
/** Linux: rtnetlink(7). */
export const IFA_ADDRESS: number = numberOf("IFA_ADDRESS");
/** Linux: rtnetlink(7). */
export const IFA_LOCAL: number = numberOf("IFA_LOCAL");
/** Linux: netdevice(7). */
export const IFF_BROADCAST: number = numberOf("IFF_BROADCAST");
/** Linux: netdevice(7). */
export const IFF_LOOPBACK: number = numberOf("IFF_LOOPBACK");
/** Linux: netdevice(7). */
export const IFF_MULTICAST: number = numberOf("IFF_MULTICAST");
/** Linux: netdevice(7). */
export const IFF_POINTOPOINT: number = numberOf("IFF_POINTOPOINT");
/** Linux: netdevice(7). */
export const IFF_RUNNING: number = numberOf("IFF_RUNNING");
/** Linux: netdevice(7). */
export const IFF_UP: number = numberOf("IFF_UP");
/** Linux: rtnetlink(7). */
export const IFLA_ADDRESS: number = numberOf("IFLA_ADDRESS");
/** Linux: rtnetlink(7). */
export const IFLA_IFNAME: number = numberOf("IFLA_IFNAME");
/** Linux: rtnetlink(7). */
export const IFLA_MTU: number = numberOf("IFLA_MTU");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_AH: number = numberOf("IPPROTO_AH");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_DSTOPTS: number = numberOf("IPPROTO_DSTOPTS");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_ESP: number = numberOf("IPPROTO_ESP");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_FRAGMENT: number = numberOf("IPPROTO_FRAGMENT");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_GRE: number = numberOf("IPPROTO_GRE");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_HOPOPTS: number = numberOf("IPPROTO_HOPOPTS");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_ICMP: number = numberOf("IPPROTO_ICMP");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_ICMPV6: number = numberOf("IPPROTO_ICMPV6");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_IGMP: number = numberOf("IPPROTO_IGMP");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_IP: number = numberOf("IPPROTO_IP");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_IPIP: number = numberOf("IPPROTO_IPIP");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_IPV6: number = numberOf("IPPROTO_IPV6");
/** Linux: ip(7), IANA protocol numbers. */
export const IPPROTO_MPTCP: number = numberOf("IPPROTO_MPTCP");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_NONE: number = numberOf("IPPROTO_NONE");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_PIM: number = numberOf("IPPROTO_PIM");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_RAW: number = numberOf("IPPROTO_RAW");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_ROUTING: number = numberOf("IPPROTO_ROUTING");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_RSVP: number = numberOf("IPPROTO_RSVP");
/** Linux: ip(7), IANA protocol numbers. */
export const IPPROTO_SCTP: number = numberOf("IPPROTO_SCTP");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_TCP: number = numberOf("IPPROTO_TCP");
/** ip(7), IANA protocol numbers. */
export const IPPROTO_UDP: number = numberOf("IPPROTO_UDP");
/** Linux: ip(7), IANA protocol numbers. */
export const IPPROTO_UDPLITE: number = numberOf("IPPROTO_UDPLITE");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_ADDRFORM: number = numberOf("IPV6_ADDRFORM");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_ADDR_PREFERENCES: number = numberOf("IPV6_ADDR_PREFERENCES");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_ADD_MEMBERSHIP: number = numberOf("IPV6_ADD_MEMBERSHIP");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_AUTOFLOWLABEL: number = numberOf("IPV6_AUTOFLOWLABEL");
/** macOS: ipv6(7), RFC 3542. */
export const IPV6_BOUND_IF: number = numberOf("IPV6_BOUND_IF");
/** ipv6(7), RFC 3542. */
export const IPV6_CHECKSUM: number = numberOf("IPV6_CHECKSUM");
/** ipv6(7), RFC 3542. */
export const IPV6_DONTFRAG: number = numberOf("IPV6_DONTFRAG");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_DROP_MEMBERSHIP: number = numberOf("IPV6_DROP_MEMBERSHIP");
/** ipv6(7), RFC 3542. */
export const IPV6_DSTOPTS: number = numberOf("IPV6_DSTOPTS");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_FLOWINFO: number = numberOf("IPV6_FLOWINFO");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_FLOWINFO_SEND: number = numberOf("IPV6_FLOWINFO_SEND");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_FLOWLABEL_MGR: number = numberOf("IPV6_FLOWLABEL_MGR");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_FREEBIND: number = numberOf("IPV6_FREEBIND");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_HDRINCL: number = numberOf("IPV6_HDRINCL");
/** ipv6(7), RFC 3542. */
export const IPV6_HOPLIMIT: number = numberOf("IPV6_HOPLIMIT");
/** ipv6(7), RFC 3542. */
export const IPV6_HOPOPTS: number = numberOf("IPV6_HOPOPTS");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_IPSEC_POLICY: number = numberOf("IPV6_IPSEC_POLICY");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_JOIN_ANYCAST: number = numberOf("IPV6_JOIN_ANYCAST");
/** ipv6(7), RFC 3542. */
export const IPV6_JOIN_GROUP: number = numberOf("IPV6_JOIN_GROUP");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_LEAVE_ANYCAST: number = numberOf("IPV6_LEAVE_ANYCAST");
/** ipv6(7), RFC 3542. */
export const IPV6_LEAVE_GROUP: number = numberOf("IPV6_LEAVE_GROUP");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_MINHOPCOUNT: number = numberOf("IPV6_MINHOPCOUNT");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_MTU: number = numberOf("IPV6_MTU");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_MTU_DISCOVER: number = numberOf("IPV6_MTU_DISCOVER");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_MULTICAST_ALL: number = numberOf("IPV6_MULTICAST_ALL");
/** ipv6(7), RFC 3542. */
export const IPV6_MULTICAST_HOPS: number = numberOf("IPV6_MULTICAST_HOPS");
/** ipv6(7), RFC 3542. */
export const IPV6_MULTICAST_IF: number = numberOf("IPV6_MULTICAST_IF");
/** ipv6(7), RFC 3542. */
export const IPV6_MULTICAST_LOOP: number = numberOf("IPV6_MULTICAST_LOOP");
/** ipv6(7), RFC 3542. */
export const IPV6_NEXTHOP: number = numberOf("IPV6_NEXTHOP");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_ORIGDSTADDR: number = numberOf("IPV6_ORIGDSTADDR");
/** ipv6(7), RFC 3542. */
export const IPV6_PATHMTU: number = numberOf("IPV6_PATHMTU");
/** ipv6(7), RFC 3542. */
export const IPV6_PKTINFO: number = numberOf("IPV6_PKTINFO");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_PMTUDISC_DO: number = numberOf("IPV6_PMTUDISC_DO");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_PMTUDISC_DONT: number = numberOf("IPV6_PMTUDISC_DONT");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_PMTUDISC_INTERFACE: number = numberOf("IPV6_PMTUDISC_INTERFACE");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_PMTUDISC_OMIT: number = numberOf("IPV6_PMTUDISC_OMIT");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_PMTUDISC_PROBE: number = numberOf("IPV6_PMTUDISC_PROBE");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_PMTUDISC_WANT: number = numberOf("IPV6_PMTUDISC_WANT");
/** macOS: ipv6(7), RFC 3542. */
export const IPV6_PORTRANGE: number = numberOf("IPV6_PORTRANGE");
/** ipv6(7), RFC 3542. */
export const IPV6_RECVDSTOPTS: number = numberOf("IPV6_RECVDSTOPTS");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_RECVERR: number = numberOf("IPV6_RECVERR");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_RECVERR_RFC4884: number = numberOf("IPV6_RECVERR_RFC4884");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_RECVFRAGSIZE: number = numberOf("IPV6_RECVFRAGSIZE");
/** ipv6(7), RFC 3542. */
export const IPV6_RECVHOPLIMIT: number = numberOf("IPV6_RECVHOPLIMIT");
/** ipv6(7), RFC 3542. */
export const IPV6_RECVHOPOPTS: number = numberOf("IPV6_RECVHOPOPTS");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_RECVORIGDSTADDR: number = numberOf("IPV6_RECVORIGDSTADDR");
/** ipv6(7), RFC 3542. */
export const IPV6_RECVPATHMTU: number = numberOf("IPV6_RECVPATHMTU");
/** ipv6(7), RFC 3542. */
export const IPV6_RECVPKTINFO: number = numberOf("IPV6_RECVPKTINFO");
/** ipv6(7), RFC 3542. */
export const IPV6_RECVRTHDR: number = numberOf("IPV6_RECVRTHDR");
/** ipv6(7), RFC 3542. */
export const IPV6_RECVTCLASS: number = numberOf("IPV6_RECVTCLASS");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_ROUTER_ALERT: number = numberOf("IPV6_ROUTER_ALERT");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_ROUTER_ALERT_ISOLATE: number = numberOf("IPV6_ROUTER_ALERT_ISOLATE");
/** ipv6(7), RFC 3542. */
export const IPV6_RTHDR: number = numberOf("IPV6_RTHDR");
/** ipv6(7), RFC 3542. */
export const IPV6_RTHDRDSTOPTS: number = numberOf("IPV6_RTHDRDSTOPTS");
/** ipv6(7), RFC 3542. */
export const IPV6_TCLASS: number = numberOf("IPV6_TCLASS");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_TRANSPARENT: number = numberOf("IPV6_TRANSPARENT");
/** ipv6(7), RFC 3542. */
export const IPV6_UNICAST_HOPS: number = numberOf("IPV6_UNICAST_HOPS");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_UNICAST_IF: number = numberOf("IPV6_UNICAST_IF");
/** macOS: ipv6(7), RFC 3542. */
export const IPV6_USE_MIN_MTU: number = numberOf("IPV6_USE_MIN_MTU");
/** ipv6(7), RFC 3542. */
export const IPV6_V6ONLY: number = numberOf("IPV6_V6ONLY");
/** Linux: ipv6(7), RFC 3542. */
export const IPV6_XFRM_POLICY: number = numberOf("IPV6_XFRM_POLICY");
/** ip(7). */
export const IP_ADD_MEMBERSHIP: number = numberOf("IP_ADD_MEMBERSHIP");
/** ip(7). */
export const IP_ADD_SOURCE_MEMBERSHIP: number = numberOf("IP_ADD_SOURCE_MEMBERSHIP");
/** Linux: ip(7). */
export const IP_BIND_ADDRESS_NO_PORT: number = numberOf("IP_BIND_ADDRESS_NO_PORT");
/** ip(7). */
export const IP_BLOCK_SOURCE: number = numberOf("IP_BLOCK_SOURCE");
/** macOS: ip(7). */
export const IP_BOUND_IF: number = numberOf("IP_BOUND_IF");
/** Linux: ip(7). */
export const IP_CHECKSUM: number = numberOf("IP_CHECKSUM");
/** macOS: ip(7). */
export const IP_DONTFRAG: number = numberOf("IP_DONTFRAG");
/** ip(7). */
export const IP_DROP_MEMBERSHIP: number = numberOf("IP_DROP_MEMBERSHIP");
/** ip(7). */
export const IP_DROP_SOURCE_MEMBERSHIP: number = numberOf("IP_DROP_SOURCE_MEMBERSHIP");
/** Linux: ip(7). */
export const IP_FREEBIND: number = numberOf("IP_FREEBIND");
/** ip(7). */
export const IP_HDRINCL: number = numberOf("IP_HDRINCL");
/** Linux: ip(7). */
export const IP_IPSEC_POLICY: number = numberOf("IP_IPSEC_POLICY");
/** Linux: ip(7). */
export const IP_LOCAL_PORT_RANGE: number = numberOf("IP_LOCAL_PORT_RANGE");
/** Linux: ip(7). */
export const IP_MINTTL: number = numberOf("IP_MINTTL");
/** ip(7). */
export const IP_MSFILTER: number = numberOf("IP_MSFILTER");
/** Linux: ip(7). */
export const IP_MTU: number = numberOf("IP_MTU");
/** Linux: ip(7). */
export const IP_MTU_DISCOVER: number = numberOf("IP_MTU_DISCOVER");
/** Linux: ip(7). */
export const IP_MULTICAST_ALL: number = numberOf("IP_MULTICAST_ALL");
/** ip(7). */
export const IP_MULTICAST_IF: number = numberOf("IP_MULTICAST_IF");
/** ip(7). */
export const IP_MULTICAST_LOOP: number = numberOf("IP_MULTICAST_LOOP");
/** ip(7). */
export const IP_MULTICAST_TTL: number = numberOf("IP_MULTICAST_TTL");
/** Linux: ip(7). */
export const IP_NODEFRAG: number = numberOf("IP_NODEFRAG");
/** ip(7). */
export const IP_OPTIONS: number = numberOf("IP_OPTIONS");
/** Linux: ip(7). */
export const IP_ORIGDSTADDR: number = numberOf("IP_ORIGDSTADDR");
/** Linux: ip(7). */
export const IP_PASSSEC: number = numberOf("IP_PASSSEC");
/** ip(7). */
export const IP_PKTINFO: number = numberOf("IP_PKTINFO");
/** Linux: ip(7). */
export const IP_PMTUDISC_DO: number = numberOf("IP_PMTUDISC_DO");
/** Linux: ip(7). */
export const IP_PMTUDISC_DONT: number = numberOf("IP_PMTUDISC_DONT");
/** Linux: ip(7). */
export const IP_PMTUDISC_INTERFACE: number = numberOf("IP_PMTUDISC_INTERFACE");
/** Linux: ip(7). */
export const IP_PMTUDISC_OMIT: number = numberOf("IP_PMTUDISC_OMIT");
/** Linux: ip(7). */
export const IP_PMTUDISC_PROBE: number = numberOf("IP_PMTUDISC_PROBE");
/** Linux: ip(7). */
export const IP_PMTUDISC_WANT: number = numberOf("IP_PMTUDISC_WANT");
/** macOS: ip(7). */
export const IP_PORTRANGE: number = numberOf("IP_PORTRANGE");
/** Linux: ip(7). */
export const IP_PROTOCOL: number = numberOf("IP_PROTOCOL");
/** macOS: ip(7). */
export const IP_RECVDSTADDR: number = numberOf("IP_RECVDSTADDR");
/** Linux: ip(7). */
export const IP_RECVERR: number = numberOf("IP_RECVERR");
/** Linux: ip(7). */
export const IP_RECVERR_RFC4884: number = numberOf("IP_RECVERR_RFC4884");
/** Linux: ip(7). */
export const IP_RECVFRAGSIZE: number = numberOf("IP_RECVFRAGSIZE");
/** macOS: ip(7). */
export const IP_RECVIF: number = numberOf("IP_RECVIF");
/** ip(7). */
export const IP_RECVOPTS: number = numberOf("IP_RECVOPTS");
/** Linux: ip(7). */
export const IP_RECVORIGDSTADDR: number = numberOf("IP_RECVORIGDSTADDR");
/** macOS: ip(7). */
export const IP_RECVPKTINFO: number = numberOf("IP_RECVPKTINFO");
/** ip(7). */
export const IP_RECVTOS: number = numberOf("IP_RECVTOS");
/** ip(7). */
export const IP_RECVTTL: number = numberOf("IP_RECVTTL");
/** ip(7). */
export const IP_RETOPTS: number = numberOf("IP_RETOPTS");
/** Linux: ip(7). */
export const IP_ROUTER_ALERT: number = numberOf("IP_ROUTER_ALERT");
/** macOS: ip(7). */
export const IP_STRIPHDR: number = numberOf("IP_STRIPHDR");
/** ip(7). */
export const IP_TOS: number = numberOf("IP_TOS");
/** Linux: ip(7). */
export const IP_TRANSPARENT: number = numberOf("IP_TRANSPARENT");
/** ip(7). */
export const IP_TTL: number = numberOf("IP_TTL");
/** ip(7). */
export const IP_UNBLOCK_SOURCE: number = numberOf("IP_UNBLOCK_SOURCE");
/** Linux: ip(7). */
export const IP_UNICAST_IF: number = numberOf("IP_UNICAST_IF");
/** Linux: ip(7). */
export const IP_XFRM_POLICY: number = numberOf("IP_XFRM_POLICY");
/** macOS: unix(7), cmsg(3). */
export const LOCAL_PEERCRED: number = numberOf("LOCAL_PEERCRED");
/** macOS: unix(7), cmsg(3). */
export const LOCAL_PEEREPID: number = numberOf("LOCAL_PEEREPID");
/** macOS: unix(7), cmsg(3). */
export const LOCAL_PEEREUUID: number = numberOf("LOCAL_PEEREUUID");
/** macOS: unix(7), cmsg(3). */
export const LOCAL_PEERPID: number = numberOf("LOCAL_PEERPID");
/** macOS: unix(7), cmsg(3). */
export const LOCAL_PEERUUID: number = numberOf("LOCAL_PEERUUID");
/** RFC 3678. */
export const MCAST_BLOCK_SOURCE: number = numberOf("MCAST_BLOCK_SOURCE");
/** RFC 3678. */
export const MCAST_EXCLUDE: number = numberOf("MCAST_EXCLUDE");
/** RFC 3678. */
export const MCAST_INCLUDE: number = numberOf("MCAST_INCLUDE");
/** RFC 3678. */
export const MCAST_JOIN_GROUP: number = numberOf("MCAST_JOIN_GROUP");
/** RFC 3678. */
export const MCAST_JOIN_SOURCE_GROUP: number = numberOf("MCAST_JOIN_SOURCE_GROUP");
/** RFC 3678. */
export const MCAST_LEAVE_GROUP: number = numberOf("MCAST_LEAVE_GROUP");
/** RFC 3678. */
export const MCAST_LEAVE_SOURCE_GROUP: number = numberOf("MCAST_LEAVE_SOURCE_GROUP");
/** Linux: RFC 3678. */
export const MCAST_MSFILTER: number = numberOf("MCAST_MSFILTER");
/** RFC 3678. */
export const MCAST_UNBLOCK_SOURCE: number = numberOf("MCAST_UNBLOCK_SOURCE");
/** Linux: the kernel's networking/mptcp.rst. */
export const MPTCP_INFO: number = numberOf("MPTCP_INFO");
/** Linux: recv(2), send(2). */
export const MSG_CMSG_CLOEXEC: number = numberOf("MSG_CMSG_CLOEXEC");
/** Linux: recv(2), send(2). */
export const MSG_CONFIRM: number = numberOf("MSG_CONFIRM");
/** recv(2), send(2). */
export const MSG_CTRUNC: number = numberOf("MSG_CTRUNC");
/** recv(2), send(2). */
export const MSG_DONTROUTE: number = numberOf("MSG_DONTROUTE");
/** recv(2), send(2). */
export const MSG_DONTWAIT: number = numberOf("MSG_DONTWAIT");
/** macOS: recv(2), send(2). */
export const MSG_EOF: number = numberOf("MSG_EOF");
/** recv(2), send(2). */
export const MSG_EOR: number = numberOf("MSG_EOR");
/** Linux: recv(2), send(2). */
export const MSG_ERRQUEUE: number = numberOf("MSG_ERRQUEUE");
/** Linux: recv(2), send(2). */
export const MSG_FASTOPEN: number = numberOf("MSG_FASTOPEN");
/** Linux: recv(2), send(2). */
export const MSG_MORE: number = numberOf("MSG_MORE");
/** Linux: recv(2), send(2). */
export const MSG_NOSIGNAL: number = numberOf("MSG_NOSIGNAL");
/** recv(2), send(2). */
export const MSG_OOB: number = numberOf("MSG_OOB");
/** recv(2), send(2). */
export const MSG_PEEK: number = numberOf("MSG_PEEK");
/** recv(2), send(2). */
export const MSG_TRUNC: number = numberOf("MSG_TRUNC");
/** recv(2), send(2). */
export const MSG_WAITALL: number = numberOf("MSG_WAITALL");
/** Linux: recv(2), send(2). */
export const MSG_WAITFORONE: number = numberOf("MSG_WAITFORONE");
/** Linux: recv(2), send(2). */
export const MSG_ZEROCOPY: number = numberOf("MSG_ZEROCOPY");
/** Linux: netlink(7). */
export const NETLINK_ROUTE: number = numberOf("NETLINK_ROUTE");
/** Linux: netlink(7). */
export const NLMSG_DONE: number = numberOf("NLMSG_DONE");
/** Linux: netlink(7). */
export const NLMSG_ERROR: number = numberOf("NLMSG_ERROR");
/** Linux: netlink(7). */
export const NLM_F_DUMP: number = numberOf("NLM_F_DUMP");
/** Linux: netlink(7). */
export const NLM_F_DUMP_INTR: number = numberOf("NLM_F_DUMP_INTR");
/** Linux: netlink(7). */
export const NLM_F_REQUEST: number = numberOf("NLM_F_REQUEST");
/** fcntl(2), open(2). */
export const O_NONBLOCK: number = numberOf("O_NONBLOCK");
/** Linux: packet(7). */
export const PACKET_ADD_MEMBERSHIP: number = numberOf("PACKET_ADD_MEMBERSHIP");
/** Linux: packet(7). */
export const PACKET_AUXDATA: number = numberOf("PACKET_AUXDATA");
/** Linux: packet(7). */
export const PACKET_BROADCAST: number = numberOf("PACKET_BROADCAST");
/** Linux: packet(7). */
export const PACKET_DROP_MEMBERSHIP: number = numberOf("PACKET_DROP_MEMBERSHIP");
/** Linux: packet(7). */
export const PACKET_FANOUT: number = numberOf("PACKET_FANOUT");
/** Linux: packet(7). */
export const PACKET_FANOUT_CBPF: number = numberOf("PACKET_FANOUT_CBPF");
/** Linux: packet(7). */
export const PACKET_FANOUT_CPU: number = numberOf("PACKET_FANOUT_CPU");
/** Linux: packet(7). */
export const PACKET_FANOUT_DATA: number = numberOf("PACKET_FANOUT_DATA");
/** Linux: packet(7). */
export const PACKET_FANOUT_EBPF: number = numberOf("PACKET_FANOUT_EBPF");
/** Linux: packet(7). */
export const PACKET_FANOUT_FLAG_DEFRAG: number = numberOf("PACKET_FANOUT_FLAG_DEFRAG");
/** Linux: packet(7). */
export const PACKET_FANOUT_FLAG_ROLLOVER: number = numberOf("PACKET_FANOUT_FLAG_ROLLOVER");
/** Linux: packet(7). */
export const PACKET_FANOUT_HASH: number = numberOf("PACKET_FANOUT_HASH");
/** Linux: packet(7). */
export const PACKET_FANOUT_LB: number = numberOf("PACKET_FANOUT_LB");
/** Linux: packet(7). */
export const PACKET_FANOUT_QM: number = numberOf("PACKET_FANOUT_QM");
/** Linux: packet(7). */
export const PACKET_FANOUT_RND: number = numberOf("PACKET_FANOUT_RND");
/** Linux: packet(7). */
export const PACKET_FANOUT_ROLLOVER: number = numberOf("PACKET_FANOUT_ROLLOVER");
/** Linux: packet(7). */
export const PACKET_HOST: number = numberOf("PACKET_HOST");
/** Linux: packet(7). */
export const PACKET_IGNORE_OUTGOING: number = numberOf("PACKET_IGNORE_OUTGOING");
/** Linux: packet(7). */
export const PACKET_MR_ALLMULTI: number = numberOf("PACKET_MR_ALLMULTI");
/** Linux: packet(7). */
export const PACKET_MR_MULTICAST: number = numberOf("PACKET_MR_MULTICAST");
/** Linux: packet(7). */
export const PACKET_MR_PROMISC: number = numberOf("PACKET_MR_PROMISC");
/** Linux: packet(7). */
export const PACKET_MR_UNICAST: number = numberOf("PACKET_MR_UNICAST");
/** Linux: packet(7). */
export const PACKET_MULTICAST: number = numberOf("PACKET_MULTICAST");
/** Linux: packet(7). */
export const PACKET_ORIGDEV: number = numberOf("PACKET_ORIGDEV");
/** Linux: packet(7). */
export const PACKET_OTHERHOST: number = numberOf("PACKET_OTHERHOST");
/** Linux: packet(7). */
export const PACKET_OUTGOING: number = numberOf("PACKET_OUTGOING");
/** Linux: packet(7). */
export const PACKET_QDISC_BYPASS: number = numberOf("PACKET_QDISC_BYPASS");
/** Linux: packet(7). */
export const PACKET_STATISTICS: number = numberOf("PACKET_STATISTICS");
/** Linux: packet(7). */
export const PACKET_TIMESTAMP: number = numberOf("PACKET_TIMESTAMP");
/** Linux: packet(7). */
export const PACKET_VERSION: number = numberOf("PACKET_VERSION");
/** Linux: packet(7). */
export const PACKET_VNET_HDR: number = numberOf("PACKET_VNET_HDR");
/** Linux: rtnetlink(7). */
export const RTM_GETADDR: number = numberOf("RTM_GETADDR");
/** Linux: rtnetlink(7). */
export const RTM_GETLINK: number = numberOf("RTM_GETLINK");
/** Linux: rtnetlink(7). */
export const RTM_NEWADDR: number = numberOf("RTM_NEWADDR");
/** Linux: rtnetlink(7). */
export const RTM_NEWLINK: number = numberOf("RTM_NEWLINK");
/** Linux: unix(7), cmsg(3). */
export const SCM_CREDENTIALS: number = numberOf("SCM_CREDENTIALS");
/** macOS: unix(7), cmsg(3). */
export const SCM_CREDS: number = numberOf("SCM_CREDS");
/** Linux: unix(7), cmsg(3). */
export const SCM_PIDFD: number = numberOf("SCM_PIDFD");
/** unix(7), cmsg(3). */
export const SCM_RIGHTS: number = numberOf("SCM_RIGHTS");
/** Linux: unix(7), cmsg(3). */
export const SCM_SECURITY: number = numberOf("SCM_SECURITY");
/** unix(7), cmsg(3). */
export const SCM_TIMESTAMP: number = numberOf("SCM_TIMESTAMP");
/** Linux: unix(7), cmsg(3). */
export const SCM_TIMESTAMPING: number = numberOf("SCM_TIMESTAMPING");
/** Linux: unix(7), cmsg(3). */
export const SCM_TIMESTAMPNS: number = numberOf("SCM_TIMESTAMPNS");
/** macOS: unix(7), cmsg(3). */
export const SCM_TIMESTAMP_MONOTONIC: number = numberOf("SCM_TIMESTAMP_MONOTONIC");
/** Linux: unix(7), cmsg(3). */
export const SCM_TS_OPT_ID: number = numberOf("SCM_TS_OPT_ID");
/** Linux: unix(7), cmsg(3). */
export const SCM_TXTIME: number = numberOf("SCM_TXTIME");
/** Linux: unix(7), cmsg(3). */
export const SCM_WIFI_STATUS: number = numberOf("SCM_WIFI_STATUS");
/** shutdown(2). */
export const SHUT_RD: number = numberOf("SHUT_RD");
/** shutdown(2). */
export const SHUT_RDWR: number = numberOf("SHUT_RDWR");
/** shutdown(2). */
export const SHUT_WR: number = numberOf("SHUT_WR");
/** Linux: socket(2). */
export const SOCK_CLOEXEC: number = numberOf("SOCK_CLOEXEC");
/** socket(2). */
export const SOCK_DGRAM: number = numberOf("SOCK_DGRAM");
/** Linux: socket(2). */
export const SOCK_NONBLOCK: number = numberOf("SOCK_NONBLOCK");
/** socket(2). */
export const SOCK_RAW: number = numberOf("SOCK_RAW");
/** socket(2). */
export const SOCK_RDM: number = numberOf("SOCK_RDM");
/** socket(2). */
export const SOCK_SEQPACKET: number = numberOf("SOCK_SEQPACKET");
/** socket(2). */
export const SOCK_STREAM: number = numberOf("SOCK_STREAM");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_OPT_CMSG: number = numberOf("SOF_TIMESTAMPING_OPT_CMSG");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_OPT_ID: number = numberOf("SOF_TIMESTAMPING_OPT_ID");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_OPT_STATS: number = numberOf("SOF_TIMESTAMPING_OPT_STATS");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_OPT_TSONLY: number = numberOf("SOF_TIMESTAMPING_OPT_TSONLY");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_RAW_HARDWARE: number = numberOf("SOF_TIMESTAMPING_RAW_HARDWARE");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_RX_HARDWARE: number = numberOf("SOF_TIMESTAMPING_RX_HARDWARE");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_RX_SOFTWARE: number = numberOf("SOF_TIMESTAMPING_RX_SOFTWARE");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_SOFTWARE: number = numberOf("SOF_TIMESTAMPING_SOFTWARE");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_TX_ACK: number = numberOf("SOF_TIMESTAMPING_TX_ACK");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_TX_HARDWARE: number = numberOf("SOF_TIMESTAMPING_TX_HARDWARE");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_TX_SCHED: number = numberOf("SOF_TIMESTAMPING_TX_SCHED");
/** Linux: the kernel's networking/timestamping.rst. */
export const SOF_TIMESTAMPING_TX_SOFTWARE: number = numberOf("SOF_TIMESTAMPING_TX_SOFTWARE");
/** Linux: a level of options, getsockopt(2). */
export const SOL_ICMPV6: number = numberOf("SOL_ICMPV6");
/** Linux: a level of options, getsockopt(2). */
export const SOL_IP: number = numberOf("SOL_IP");
/** Linux: a level of options, getsockopt(2). */
export const SOL_IPV6: number = numberOf("SOL_IPV6");
/** macOS: unix(7), cmsg(3). */
export const SOL_LOCAL: number = numberOf("SOL_LOCAL");
/** Linux: a level of options, getsockopt(2). */
export const SOL_MPTCP: number = numberOf("SOL_MPTCP");
/** Linux: a level of options, getsockopt(2). */
export const SOL_NETLINK: number = numberOf("SOL_NETLINK");
/** Linux: a level of options, getsockopt(2). */
export const SOL_PACKET: number = numberOf("SOL_PACKET");
/** Linux: a level of options, getsockopt(2). */
export const SOL_RAW: number = numberOf("SOL_RAW");
/** a level of options, getsockopt(2). */
export const SOL_SOCKET: number = numberOf("SOL_SOCKET");
/** Linux: a level of options, getsockopt(2). */
export const SOL_TCP: number = numberOf("SOL_TCP");
/** Linux: a level of options, getsockopt(2). */
export const SOL_TLS: number = numberOf("SOL_TLS");
/** Linux: a level of options, getsockopt(2). */
export const SOL_UDP: number = numberOf("SOL_UDP");
/** Linux: a level of options, getsockopt(2). */
export const SOL_XDP: number = numberOf("SOL_XDP");
/** listen(2). */
export const SOMAXCONN: number = numberOf("SOMAXCONN");
/** socket(7). */
export const SO_ACCEPTCONN: number = numberOf("SO_ACCEPTCONN");
/** Linux: socket(7). */
export const SO_ATTACH_BPF: number = numberOf("SO_ATTACH_BPF");
/** Linux: socket(7). */
export const SO_ATTACH_FILTER: number = numberOf("SO_ATTACH_FILTER");
/** Linux: socket(7). */
export const SO_ATTACH_REUSEPORT_CBPF: number = numberOf("SO_ATTACH_REUSEPORT_CBPF");
/** Linux: socket(7). */
export const SO_ATTACH_REUSEPORT_EBPF: number = numberOf("SO_ATTACH_REUSEPORT_EBPF");
/** Linux: socket(7). */
export const SO_BINDTODEVICE: number = numberOf("SO_BINDTODEVICE");
/** Linux: socket(7). */
export const SO_BINDTOIFINDEX: number = numberOf("SO_BINDTOIFINDEX");
/** Linux: socket(7). */
export const SO_BPF_EXTENSIONS: number = numberOf("SO_BPF_EXTENSIONS");
/** socket(7). */
export const SO_BROADCAST: number = numberOf("SO_BROADCAST");
/** Linux: socket(7). */
export const SO_BUF_LOCK: number = numberOf("SO_BUF_LOCK");
/** Linux: socket(7). */
export const SO_BUSY_POLL: number = numberOf("SO_BUSY_POLL");
/** Linux: socket(7). */
export const SO_BUSY_POLL_BUDGET: number = numberOf("SO_BUSY_POLL_BUDGET");
/** Linux: socket(7). */
export const SO_CNX_ADVICE: number = numberOf("SO_CNX_ADVICE");
/** Linux: socket(7). */
export const SO_COOKIE: number = numberOf("SO_COOKIE");
/** socket(7). */
export const SO_DEBUG: number = numberOf("SO_DEBUG");
/** Linux: socket(7). */
export const SO_DETACH_BPF: number = numberOf("SO_DETACH_BPF");
/** Linux: socket(7). */
export const SO_DETACH_FILTER: number = numberOf("SO_DETACH_FILTER");
/** Linux: socket(7). */
export const SO_DETACH_REUSEPORT_BPF: number = numberOf("SO_DETACH_REUSEPORT_BPF");
/** Linux: socket(7). */
export const SO_DOMAIN: number = numberOf("SO_DOMAIN");
/** socket(7). */
export const SO_DONTROUTE: number = numberOf("SO_DONTROUTE");
/** Linux: the error queue of ip(7). */
export const SO_EE_ORIGIN_ICMP: number = numberOf("SO_EE_ORIGIN_ICMP");
/** Linux: the error queue of ip(7). */
export const SO_EE_ORIGIN_ICMP6: number = numberOf("SO_EE_ORIGIN_ICMP6");
/** Linux: the error queue of ip(7). */
export const SO_EE_ORIGIN_LOCAL: number = numberOf("SO_EE_ORIGIN_LOCAL");
/** Linux: the error queue of ip(7). */
export const SO_EE_ORIGIN_NONE: number = numberOf("SO_EE_ORIGIN_NONE");
/** Linux: the error queue of ip(7). */
export const SO_EE_ORIGIN_TXSTATUS: number = numberOf("SO_EE_ORIGIN_TXSTATUS");
/** Linux: the error queue of ip(7). */
export const SO_EE_ORIGIN_TXTIME: number = numberOf("SO_EE_ORIGIN_TXTIME");
/** Linux: the error queue of ip(7). */
export const SO_EE_ORIGIN_ZEROCOPY: number = numberOf("SO_EE_ORIGIN_ZEROCOPY");
/** socket(7). */
export const SO_ERROR: number = numberOf("SO_ERROR");
/** Linux: socket(7). */
export const SO_GET_FILTER: number = numberOf("SO_GET_FILTER");
/** Linux: socket(7). */
export const SO_INCOMING_CPU: number = numberOf("SO_INCOMING_CPU");
/** Linux: socket(7). */
export const SO_INCOMING_NAPI_ID: number = numberOf("SO_INCOMING_NAPI_ID");
/** Linux: socket(7). */
export const SO_INQ: number = numberOf("SO_INQ");
/** socket(7). */
export const SO_KEEPALIVE: number = numberOf("SO_KEEPALIVE");
/** socket(7). */
export const SO_LINGER: number = numberOf("SO_LINGER");
/** macOS: socket(7). */
export const SO_LINGER_SEC: number = numberOf("SO_LINGER_SEC");
/** Linux: socket(7). */
export const SO_LOCK_FILTER: number = numberOf("SO_LOCK_FILTER");
/** Linux: socket(7). */
export const SO_MARK: number = numberOf("SO_MARK");
/** Linux: socket(7). */
export const SO_MAX_PACING_RATE: number = numberOf("SO_MAX_PACING_RATE");
/** Linux: socket(7). */
export const SO_MEMINFO: number = numberOf("SO_MEMINFO");
/** Linux: socket(7). */
export const SO_NETNS_COOKIE: number = numberOf("SO_NETNS_COOKIE");
/** Linux: socket(7). */
export const SO_NOFCS: number = numberOf("SO_NOFCS");
/** macOS: socket(7). */
export const SO_NOSIGPIPE: number = numberOf("SO_NOSIGPIPE");
/** Linux: socket(7). */
export const SO_NO_CHECK: number = numberOf("SO_NO_CHECK");
/** macOS: socket(7). */
export const SO_NP_EXTENSIONS: number = numberOf("SO_NP_EXTENSIONS");
/** macOS: socket(7). */
export const SO_NREAD: number = numberOf("SO_NREAD");
/** macOS: socket(7). */
export const SO_NWRITE: number = numberOf("SO_NWRITE");
/** socket(7). */
export const SO_OOBINLINE: number = numberOf("SO_OOBINLINE");
/** Linux: socket(7). */
export const SO_PASSCRED: number = numberOf("SO_PASSCRED");
/** Linux: socket(7). */
export const SO_PASSPIDFD: number = numberOf("SO_PASSPIDFD");
/** Linux: socket(7). */
export const SO_PASSRIGHTS: number = numberOf("SO_PASSRIGHTS");
/** Linux: socket(7). */
export const SO_PASSSEC: number = numberOf("SO_PASSSEC");
/** Linux: socket(7). */
export const SO_PEEK_OFF: number = numberOf("SO_PEEK_OFF");
/** Linux: socket(7). */
export const SO_PEERCRED: number = numberOf("SO_PEERCRED");
/** Linux: socket(7). */
export const SO_PEERGROUPS: number = numberOf("SO_PEERGROUPS");
/** Linux: socket(7). */
export const SO_PEERPIDFD: number = numberOf("SO_PEERPIDFD");
/** Linux: socket(7). */
export const SO_PEERSEC: number = numberOf("SO_PEERSEC");
/** Linux: socket(7). */
export const SO_PREFER_BUSY_POLL: number = numberOf("SO_PREFER_BUSY_POLL");
/** Linux: socket(7). */
export const SO_PRIORITY: number = numberOf("SO_PRIORITY");
/** Linux: socket(7). */
export const SO_PROTOCOL: number = numberOf("SO_PROTOCOL");
/** socket(7). */
export const SO_RCVBUF: number = numberOf("SO_RCVBUF");
/** Linux: socket(7). */
export const SO_RCVBUFFORCE: number = numberOf("SO_RCVBUFFORCE");
/** socket(7). */
export const SO_RCVLOWAT: number = numberOf("SO_RCVLOWAT");
/** Linux: socket(7). */
export const SO_RCVMARK: number = numberOf("SO_RCVMARK");
/** Linux: socket(7). */
export const SO_RCVPRIORITY: number = numberOf("SO_RCVPRIORITY");
/** socket(7). */
export const SO_RCVTIMEO: number = numberOf("SO_RCVTIMEO");
/** Linux: socket(7). */
export const SO_RESERVE_MEM: number = numberOf("SO_RESERVE_MEM");
/** socket(7). */
export const SO_REUSEADDR: number = numberOf("SO_REUSEADDR");
/** socket(7). */
export const SO_REUSEPORT: number = numberOf("SO_REUSEPORT");
/** Linux: socket(7). */
export const SO_RXQ_OVFL: number = numberOf("SO_RXQ_OVFL");
/** Linux: socket(7). */
export const SO_SELECT_ERR_QUEUE: number = numberOf("SO_SELECT_ERR_QUEUE");
/** socket(7). */
export const SO_SNDBUF: number = numberOf("SO_SNDBUF");
/** Linux: socket(7). */
export const SO_SNDBUFFORCE: number = numberOf("SO_SNDBUFFORCE");
/** socket(7). */
export const SO_SNDLOWAT: number = numberOf("SO_SNDLOWAT");
/** socket(7). */
export const SO_SNDTIMEO: number = numberOf("SO_SNDTIMEO");
/** the kernel's networking/timestamping.rst. */
export const SO_TIMESTAMP: number = numberOf("SO_TIMESTAMP");
/** Linux: the kernel's networking/timestamping.rst. */
export const SO_TIMESTAMPING: number = numberOf("SO_TIMESTAMPING");
/** Linux: the kernel's networking/timestamping.rst. */
export const SO_TIMESTAMPNS: number = numberOf("SO_TIMESTAMPNS");
/** macOS: the kernel's networking/timestamping.rst. */
export const SO_TIMESTAMP_MONOTONIC: number = numberOf("SO_TIMESTAMP_MONOTONIC");
/** Linux: socket(7). */
export const SO_TXREHASH: number = numberOf("SO_TXREHASH");
/** Linux: socket(7). */
export const SO_TXTIME: number = numberOf("SO_TXTIME");
/** socket(7). */
export const SO_TYPE: number = numberOf("SO_TYPE");
/** macOS: socket(7). */
export const SO_USELOOPBACK: number = numberOf("SO_USELOOPBACK");
/** Linux: socket(7). */
export const SO_WIFI_STATUS: number = numberOf("SO_WIFI_STATUS");
/** Linux: socket(7). */
export const SO_ZEROCOPY: number = numberOf("SO_ZEROCOPY");
/** Linux: tcp(7). */
export const TCPI_OPT_ECN: number = numberOf("TCPI_OPT_ECN");
/** Linux: tcp(7). */
export const TCPI_OPT_ECN_SEEN: number = numberOf("TCPI_OPT_ECN_SEEN");
/** Linux: tcp(7). */
export const TCPI_OPT_SACK: number = numberOf("TCPI_OPT_SACK");
/** Linux: tcp(7). */
export const TCPI_OPT_SYN_DATA: number = numberOf("TCPI_OPT_SYN_DATA");
/** Linux: tcp(7). */
export const TCPI_OPT_TIMESTAMPS: number = numberOf("TCPI_OPT_TIMESTAMPS");
/** Linux: tcp(7). */
export const TCPI_OPT_WSCALE: number = numberOf("TCPI_OPT_WSCALE");
/** Linux: tcp(7). */
export const TCP_CC_INFO: number = numberOf("TCP_CC_INFO");
/** Linux: tcp(7). */
export const TCP_CLOSE: number = numberOf("TCP_CLOSE");
/** Linux: tcp(7). */
export const TCP_CLOSE_WAIT: number = numberOf("TCP_CLOSE_WAIT");
/** Linux: tcp(7). */
export const TCP_CLOSING: number = numberOf("TCP_CLOSING");
/** Linux: tcp(7). */
export const TCP_CONGESTION: number = numberOf("TCP_CONGESTION");
/** macOS: tcp(7). */
export const TCP_CONNECTIONTIMEOUT: number = numberOf("TCP_CONNECTIONTIMEOUT");
/** macOS: tcp(7). */
export const TCP_CONNECTION_INFO: number = numberOf("TCP_CONNECTION_INFO");
/** Linux: tcp(7). */
export const TCP_CORK: number = numberOf("TCP_CORK");
/** Linux: tcp(7). */
export const TCP_DEFER_ACCEPT: number = numberOf("TCP_DEFER_ACCEPT");
/** Linux: tcp(7). */
export const TCP_DELACK_MAX_US: number = numberOf("TCP_DELACK_MAX_US");
/** macOS: tcp(7). */
export const TCP_ENABLE_ECN: number = numberOf("TCP_ENABLE_ECN");
/** Linux: tcp(7). */
export const TCP_ESTABLISHED: number = numberOf("TCP_ESTABLISHED");
/** tcp(7). */
export const TCP_FASTOPEN: number = numberOf("TCP_FASTOPEN");
/** Linux: tcp(7). */
export const TCP_FASTOPEN_CONNECT: number = numberOf("TCP_FASTOPEN_CONNECT");
/** Linux: tcp(7). */
export const TCP_FASTOPEN_KEY: number = numberOf("TCP_FASTOPEN_KEY");
/** Linux: tcp(7). */
export const TCP_FASTOPEN_NO_COOKIE: number = numberOf("TCP_FASTOPEN_NO_COOKIE");
/** Linux: tcp(7). */
export const TCP_FIN_WAIT1: number = numberOf("TCP_FIN_WAIT1");
/** Linux: tcp(7). */
export const TCP_FIN_WAIT2: number = numberOf("TCP_FIN_WAIT2");
/** Linux: tcp(7). */
export const TCP_INFO: number = numberOf("TCP_INFO");
/** Linux: tcp(7). */
export const TCP_INQ: number = numberOf("TCP_INQ");
/** Linux: tcp(7). */
export const TCP_IS_MPTCP: number = numberOf("TCP_IS_MPTCP");
/** macOS: tcp(7). */
export const TCP_KEEPALIVE: number = numberOf("TCP_KEEPALIVE");
/** tcp(7). */
export const TCP_KEEPCNT: number = numberOf("TCP_KEEPCNT");
/** tcp(7). */
export const TCP_KEEPIDLE: number = numberOf("TCP_KEEPIDLE");
/** tcp(7). */
export const TCP_KEEPINTVL: number = numberOf("TCP_KEEPINTVL");
/** Linux: tcp(7). */
export const TCP_LAST_ACK: number = numberOf("TCP_LAST_ACK");
/** Linux: tcp(7). */
export const TCP_LINGER2: number = numberOf("TCP_LINGER2");
/** Linux: tcp(7). */
export const TCP_LISTEN: number = numberOf("TCP_LISTEN");
/** tcp(7). */
export const TCP_MAXSEG: number = numberOf("TCP_MAXSEG");
/** Linux: tcp(7). */
export const TCP_MD5SIG: number = numberOf("TCP_MD5SIG");
/** Linux: tcp(7). */
export const TCP_MD5SIG_EXT: number = numberOf("TCP_MD5SIG_EXT");
/** tcp(7). */
export const TCP_NODELAY: number = numberOf("TCP_NODELAY");
/** macOS: tcp(7). */
export const TCP_NOOPT: number = numberOf("TCP_NOOPT");
/** macOS: tcp(7). */
export const TCP_NOPUSH: number = numberOf("TCP_NOPUSH");
/** tcp(7). */
export const TCP_NOTSENT_LOWAT: number = numberOf("TCP_NOTSENT_LOWAT");
/** Linux: tcp(7). */
export const TCP_QUEUE_SEQ: number = numberOf("TCP_QUEUE_SEQ");
/** Linux: tcp(7). */
export const TCP_QUICKACK: number = numberOf("TCP_QUICKACK");
/** Linux: tcp(7). */
export const TCP_REPAIR: number = numberOf("TCP_REPAIR");
/** Linux: tcp(7). */
export const TCP_REPAIR_OPTIONS: number = numberOf("TCP_REPAIR_OPTIONS");
/** Linux: tcp(7). */
export const TCP_REPAIR_QUEUE: number = numberOf("TCP_REPAIR_QUEUE");
/** Linux: tcp(7). */
export const TCP_REPAIR_WINDOW: number = numberOf("TCP_REPAIR_WINDOW");
/** Linux: tcp(7). */
export const TCP_RTO_MAX_MS: number = numberOf("TCP_RTO_MAX_MS");
/** Linux: tcp(7). */
export const TCP_RTO_MIN_US: number = numberOf("TCP_RTO_MIN_US");
/** macOS: tcp(7). */
export const TCP_RXT_CONNDROPTIME: number = numberOf("TCP_RXT_CONNDROPTIME");
/** macOS: tcp(7). */
export const TCP_RXT_FINDROP: number = numberOf("TCP_RXT_FINDROP");
/** Linux: tcp(7). */
export const TCP_SAVED_SYN: number = numberOf("TCP_SAVED_SYN");
/** Linux: tcp(7). */
export const TCP_SAVE_SYN: number = numberOf("TCP_SAVE_SYN");
/** macOS: tcp(7). */
export const TCP_SENDMOREACKS: number = numberOf("TCP_SENDMOREACKS");
/** Linux: tcp(7). */
export const TCP_SYNCNT: number = numberOf("TCP_SYNCNT");
/** Linux: tcp(7). */
export const TCP_SYN_RECV: number = numberOf("TCP_SYN_RECV");
/** Linux: tcp(7). */
export const TCP_SYN_SENT: number = numberOf("TCP_SYN_SENT");
/** Linux: tcp(7). */
export const TCP_THIN_DUPACK: number = numberOf("TCP_THIN_DUPACK");
/** Linux: tcp(7). */
export const TCP_THIN_LINEAR_TIMEOUTS: number = numberOf("TCP_THIN_LINEAR_TIMEOUTS");
/** Linux: tcp(7). */
export const TCP_TIMESTAMP: number = numberOf("TCP_TIMESTAMP");
/** Linux: tcp(7). */
export const TCP_TIME_WAIT: number = numberOf("TCP_TIME_WAIT");
/** Linux: tcp(7). */
export const TCP_TX_DELAY: number = numberOf("TCP_TX_DELAY");
/** Linux: tcp(7). */
export const TCP_ULP: number = numberOf("TCP_ULP");
/** Linux: tcp(7). */
export const TCP_USER_TIMEOUT: number = numberOf("TCP_USER_TIMEOUT");
/** Linux: tcp(7). */
export const TCP_WINDOW_CLAMP: number = numberOf("TCP_WINDOW_CLAMP");
/** Linux: tcp(7). */
export const TCP_ZEROCOPY_RECEIVE: number = numberOf("TCP_ZEROCOPY_RECEIVE");
/** Linux: udp(7). */
export const UDP_CORK: number = numberOf("UDP_CORK");
/** Linux: udp(7). */
export const UDP_ENCAP: number = numberOf("UDP_ENCAP");
/** Linux: udp(7). */
export const UDP_GRO: number = numberOf("UDP_GRO");
/** Linux: udp(7). */
export const UDP_NO_CHECK6_RX: number = numberOf("UDP_NO_CHECK6_RX");
/** Linux: udp(7). */
export const UDP_NO_CHECK6_TX: number = numberOf("UDP_NO_CHECK6_TX");
/** Linux: udp(7). */
export const UDP_SEGMENT: number = numberOf("UDP_SEGMENT");
