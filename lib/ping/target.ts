import { type IP, IPAddr, ipv6loopback, parseIP } from "../addr/index.js";
import { defaultResolver } from "../dns/resolver.js";
import { AddrError } from "../errors/index.js";
import { zoneIndex } from "../internal/socket/zone.js";

/** What decides which of a name's addresses is meant. */
export interface TargetSettings {
  readonly family: 0 | 4 | 6;
  readonly device: string;
  readonly signal: AbortSignal | undefined;
}

const ipv4loopback = parseIP("127.0.0.1")!;

/** The address to ping: the first of the family asked for. Rejects with a DNSError or an AddrError. */
export async function resolveTarget(
  host: string,
  { family, device, signal }: TargetSettings,
): Promise<IPAddr> {
  const found = await defaultResolver.lookupIPAddr(host, { signal });
  const fit = found.find(({ ip }) => family === 0 || familyOf(ip!) === family);
  if (fit === undefined) throw new AddrError("no suitable address found", host);
  const ip = fit.ip!.isUnspecified() ? loopback(fit.ip!) : fit.ip!;
  // A link-local address means nothing without its link.
  const zone = fit.zone === "" && familyOf(ip) === 6 && ip.isLinkLocalUnicast() ? device : fit.zone;
  // The kernel would take none for an unknown one, and ask on whatever link it likes.
  if (fit.zone !== "" && zoneIndex(fit.zone) === 0)
    throw new AddrError("no interface is named as its zone", host);
  return new IPAddr({ ip, zone });
}

function familyOf(ip: IP): 4 | 6 {
  return ip.to4() === null ? 6 : 4;
}

// What the kernel makes of 0.0.0.0 and ::, so that the answers are known to come from there.
function loopback(ip: IP): IP {
  return familyOf(ip) === 4 ? ipv4loopback : ipv6loopback;
}
