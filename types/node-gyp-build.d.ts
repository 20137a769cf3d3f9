// node-gyp-build ships no types: it finds the addon of the package in `directory` and loads it.
declare module "node-gyp-build" {
  function load(directory: string): unknown;
  export = load;
}
