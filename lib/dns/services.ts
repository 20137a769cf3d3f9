// Go: net/port_unix.go (readServices), net/lookup_unix.go (readProtocols); services(5), protocols(5)
import { fieldsOf, leadingNumber, linesOf } from "./fields.js";
import { FileCache, paths } from "./system-files.js";

// What Go knows without any file.
const builtinServices = [
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
] as const;

const builtinProtocols = [
  ["icmp", 1],
  ["igmp", 2],
  ["tcp", 6],
  ["udp", 17],
  ["ipv6-icmp", 58],
] as const;

/** The ports of services, by `tcp/http`; what the file says comes before what is built in. */
export function parseServices(text: string): Map<string, number> {
  const services = new Map<string, number>(builtinServices);
  for (const line of linesOf(text)) {
    const [name, where = "", ...aliases] = fieldsOf(line);
    const [, port, network] = /^(\d+)\/(.*)$/s.exec(where) ?? [];
    if (name === undefined || port === undefined || Number(port) === 0) continue;
    for (const service of [name, ...aliases]) services.set(`${network}/${service}`, leadingNumber(port));
  }
  return services;
}

/** The numbers of protocols; what is built in comes before what the file says. */
export function parseProtocols(text: string): Map<string, number> {
  const protocols = new Map<string, number>(builtinProtocols);
  for (const line of linesOf(text)) {
    const [name, number = "", ...aliases] = fieldsOf(line);
    if (name === undefined || !/^\d/.test(number)) continue;
    for (const protocol of [name, ...aliases])
      if (!protocols.has(protocol)) protocols.set(protocol, leadingNumber(number));
  }
  return protocols;
}

// These files do not change while a program runs: they are read once.
const once = () => true;
const services = new FileCache(() => paths.services, parseServices, once);
const protocols = new FileCache(() => paths.protocols, parseProtocols, once);

/** The port of a service on `tcp` or `udp`, or undefined. */
export const servicePort = (network: string, service: string): number | undefined =>
  services.get().get(`${network}/${service.toLowerCase()}`);

/** The number of a protocol of IP, or undefined. Go: net.lookupProtocol. */
export const protocolNumber = (name: string): number | undefined => protocols.get().get(name.toLowerCase());
