import { realpathSync } from "node:fs";

/** The command that opens unprivileged ping to every group: sysctl(8), icmp(7). */
export const pingGroupCommand = 'sysctl -w net.ipv4.ping_group_range="0 2147483647"';

/** The command that gives this Node a right, raw sockets by default: setcap(8), which wants the file and not a link to it. */
export function setcapCommand(capability = "cap_net_raw"): string {
  return `setcap ${capability}+ep ${quoted(realPath(process.execPath))}`;
}

/** What to do about a socket option that was refused, by its name: capabilities(7). */
export function optionHint(option: string, capability: string): string {
  if (process.platform !== "linux") return `setting ${option} needs root here`;
  return `setting ${option} needs the capability ${capability}: run as root, or once: ${setcapCommand(capability)}`;
}

/** What to do about a raw socket that was refused: raw(7), capabilities(7). */
export function rawSocketHint(): string {
  if (process.platform !== "linux") return "raw sockets need root here";
  return `raw sockets need the capability cap_net_raw: run as root, or once: ${setcapCommand()}`;
}

/** What to do about a port below 1024 that was refused: ip(7), capabilities(7). */
export function lowPortHint(port: number): string {
  if (process.platform !== "linux") return `port ${port} needs root here`;
  const capability = "cap_net_bind_service";
  return (
    `port ${port} needs the capability ${capability}: run as root, or once: ${setcapCommand(capability)}; ` +
    `or, for everyone: sysctl -w net.ipv4.ip_unprivileged_port_start=${port}`
  );
}

/** What to do about an unprivileged ICMP socket that was refused: icmp(7). */
export function pingSocketHint(): string {
  if (process.platform !== "linux") return "this system does not let the user open ICMP sockets";
  return `ICMP sockets need a group within net.ipv4.ping_group_range, for root too: ${pingGroupCommand}`;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Replaced or hidden while it runs: the name is still the best there is.
    return path;
  }
}

// For a shell, where the path has more in it than a shell takes as it is.
function quoted(path: string): string {
  return /^[\w./@%+:,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
