/** What of others is in an install of this package: what npm installs beside it, and what is part of its own files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const names = v.optional(v.record(v.string(), v.string()), {});

const lockedPackage = v.object({
  name: v.optional(v.string()),
  version: v.optional(v.string()),
  integrity: v.optional(v.string()),
  license: v.optional(v.string()),
  hasInstallScript: v.optional(v.boolean(), false),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  peerDependenciesMeta: v.optional(
    v.record(v.string(), v.object({ optional: v.optional(v.boolean(), false) })),
    {},
  ),
});

const lockfile = v.object({ lockfileVersion: v.literal(3), packages: v.record(v.string(), lockedPackage) });

/** A package as `package-lock.json` has it. */
export type LockedPackage = v.InferOutput<typeof lockedPackage>;

/** Packages by their folder from the root (`node_modules/a/node_modules/b`); this package itself is at the empty path. */
export type LockedPackages = ReadonlyMap<string, LockedPackage>;

/** A package of others that is in an install. */
export interface ShippedPackage {
  /** Its folder here, from the root. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** As its package says: an SPDX expression, or where to read it. */
  readonly licence: string | undefined;
  /** Whether npm installs it, or our own files hold parts of it. */
  readonly how: 'installed' | 'bundled';
}

const MODULES = 'node_modules/';

/** Taken by other ways than a bundler: the font is copied, and the engine is compiled with the standard library of its compiler. */
const COPIED = ['dejavu-fonts-ttf', 'assemblyscript'];

/** Where bundlers write down what they took (`scripts/bundles.ts`). */
const LICENCES = ['dist/page', 'dist/src', 'dist/src/command-line'].map((folder) => `${folder}/LICENSES.txt`);

/** Between two packages in a file of licences; name and version stand on the line behind it. */
const BETWEEN_LICENCES = `\n${'-'.repeat(72)}\n\n`;

/** Reads the lockfile of the package at `root`. */
export function lockedPackages(root: string): LockedPackages {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
  return new Map(Object.entries(v.parse(lockfile, JSON.parse(text)).packages));
}

/** The name of the package in a folder. */
export function nameAt(path: string): string {
  return path.slice(path.lastIndexOf(MODULES) + MODULES.length);
}

/**
 * Folders of all that npm installs with this package: dependencies, optional ones for every platform, and peers that are not
 * optional. From the names alone, since what the lockfile marks as `dev` and `peer` is about this repository, where
 * development needs some of the same packages.
 */
export function installedPaths(packages: LockedPackages): string[] {
  const found = new Set<string>();
  const open = [''];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const { peerDependencies, peerDependenciesMeta, ...needed } = packages.get(path)!;
    const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
    const others = [...Object.keys(needed.dependencies), ...Object.keys(needed.optionalDependencies)];
    for (const name of [...others, ...peers]) {
      const at = resolved(packages, path, name);
      if (found.has(at)) continue;
      found.add(at);
      open.push(at);
    }
  }
  return [...found].toSorted();
}

/** Where a package finds another one: in its own folder, or in that of one around it. */
function resolved(packages: LockedPackages, from: string, name: string): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf(`/${MODULES}`)))) {
    const path = `${folder === '' ? '' : `${folder}/`}${MODULES}${name}`;
    if (packages.has(path)) return path;
    if (folder === '')
      throw new Error(`package-lock.json has no ${name}, which ${from || 'this package'} needs`);
  }
}

/** All of others that is in an install of the package at `root`, which has been built; by name. */
export function shippedPackages(root: string): ShippedPackage[] {
  const packages = lockedPackages(root);
  const copied = COPIED.map((name) => `${MODULES}${name}`);
  const bundled = [...copied, ...bundledPaths(root, packages)].map((path) => [path, 'bundled'] as const);
  const installed = installedPaths(packages).map((path) => [path, 'installed'] as const);
  // What is both counts as installed.
  return [...new Map([...bundled, ...installed])]
    .map(([path, how]) => {
      const { version, license: licence } = packages.get(path)!;
      return { path, name: nameAt(path), version: version!, licence, how };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Folders of what the bundlers took. */
function bundledPaths(root: string, packages: LockedPackages): string[] {
  const paths = new Map([...packages].map(([path, { version }]) => [`${nameAt(path)} ${version}`, path]));
  return LICENCES.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split(BETWEEN_LICENCES)
      .map((licence) => {
        const nameAndVersion = licence.slice(0, licence.indexOf('\n'));
        const path = paths.get(nameAndVersion);
        if (path === undefined)
          throw new Error(`${file}: ${nameAndVersion} is not in package-lock.json; build again`);
        return path;
      }),
  );
}
