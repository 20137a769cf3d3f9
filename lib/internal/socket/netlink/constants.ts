// netlink(7), rtnetlink(7), netdevice(7)
import { binding } from "../../binding.js";

type Name =
  | "AF_NETLINK"
  | "SOCK_RAW"
  | "NETLINK_ROUTE"
  | "NLM_F_REQUEST"
  | "NLM_F_DUMP"
  | "NLM_F_DUMP_INTR"
  | "NLMSG_ERROR"
  | "NLMSG_DONE"
  | "RTM_GETLINK"
  | "RTM_NEWLINK"
  | "RTM_GETADDR"
  | "RTM_NEWADDR"
  | "IFLA_ADDRESS"
  | "IFLA_IFNAME"
  | "IFLA_MTU"
  | "IFA_ADDRESS"
  | "IFA_LOCAL"
  | "IFF_UP"
  | "IFF_BROADCAST"
  | "IFF_LOOPBACK"
  | "IFF_POINTOPOINT"
  | "IFF_MULTICAST"
  | "IFF_RUNNING"
  | "ARPHRD_TUNNEL"
  | "ARPHRD_TUNNEL6"
  | "ARPHRD_SIT"
  | "ARPHRD_IPGRE"
  | "ARPHRD_IP6GRE";

/** The numbers of netlink. Other systems load this file too, have none of them, and never ask. */
export const numbers = binding.constants as Readonly<Record<Name, number>>;
