// Go: net/port.go, net/lookup.go (LookupPort), net/lookup_unix.go
import { AddrError, DNSError } from "../errors/index.js";

// The services that Go knows without any file.
const services: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  tcp: {
    ftp: 21,
    ftps: 990,
    gopher: 70,
    http: 80,
    https: 443,
    imap2: 143,
    imap3: 220,
    imaps: 993,
    pop3: 110,
    pop3s: 995,
    smtp: 25,
    submissions: 465,
    ssh: 22,
    telnet: 23,
  },
  udp: { domain: 53 },
};

/** A port in decimal, or the name of a service. Throws an AddrError or a DNSError. Go: net.LookupPort. */
export function lookupPort(network: string, service: string): number {
  if (/^[+-]?\d*$/.test(service)) {
    // A sign alone counts as zero, as does nothing at all.
    const port = Number(service.replace(/^\+/, "")) || 0;
    if (port < 0 || port > 0xffff) throw new AddrError("invalid port", service);
    return port;
  }
  const port = services[network.replace(/[46]$/, "")]?.[service.toLowerCase()];
  if (port === undefined)
    throw new DNSError({ err: "unknown port", dnsName: `${network}/${service}`, isNotFound: true });
  return port;
}
