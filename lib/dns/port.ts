// Go: net/port.go, net/lookup.go (LookupPort), net/lookup_unix.go
import { AddrError, DNSError } from "../errors/index.js";

// The services that Go knows without any file.
const services = new Map([
  ["tcp/ftp", 21],
  ["tcp/ftps", 990],
  ["tcp/gopher", 70],
  ["tcp/http", 80],
  ["tcp/https", 443],
  ["tcp/imap2", 143],
  ["tcp/imap3", 220],
  ["tcp/imaps", 993],
  ["tcp/pop3", 110],
  ["tcp/pop3s", 995],
  ["tcp/smtp", 25],
  ["tcp/ssh", 22],
  ["tcp/submissions", 465],
  ["tcp/telnet", 23],
  ["udp/domain", 53],
]);

/** A port in decimal, or the name of a service. Throws an AddrError or a DNSError. Go: net.LookupPort. */
export function lookupPort(network: string, service: string): number {
  if (/^[+-]?\d*$/.test(service)) {
    // A sign alone counts as zero, as does nothing at all.
    const port = Number(service.replace(/^\+/, "")) || 0;
    if (port < 0 || port > 0xffff) throw new AddrError("invalid port", service);
    return port;
  }
  const port = services.get(`${network.replace(/[46]$/, "")}/${service.toLowerCase()}`);
  if (port === undefined)
    throw new DNSError({ err: "unknown port", dnsName: `${network}/${service}`, isNotFound: true });
  return port;
}
