// Are the dependencies there? Answered without npm, which takes its time.

/** What a lock file says of a package. @typedef {{ version?: string, optional?: boolean }} LockedPackage */

/**
 * What npm has installed (it keeps its own list) holds every package that the lock file asks for, in that version.
 * Packages for other systems are optional and may be absent.
 * @param {Record<string, LockedPackage>} wanted
 * @param {Record<string, LockedPackage>} installed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    const found = installed[path];
    return found ? found.version === version : optional === true;
  });
}
