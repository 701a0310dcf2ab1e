import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { auditOf } from '../../scripts/supply/audit.ts';
import { installedPaths, lockedPackages, nameAt, shippedPackages } from '../../scripts/supply/packages.ts';
import { billOfMaterials } from '../../scripts/supply/sbom.ts';
import { root } from '../docs/documents.ts';

const packages = lockedPackages(root);
const installed = installedPaths(packages);
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'];

/** Scripts of a package.json that npm runs at the user's. */
const installScripts = (scripts: Readonly<Record<string, string>> = {}) =>
  INSTALL_SCRIPTS.filter((name) => scripts[name] !== undefined);

describe('the lockfile', () => {
  test('has a hash of every package', () => {
    const others = [...packages].filter(([path]) => path !== '');
    expect(others.length).toBeGreaterThan(100);
    const bare = others.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''));
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test('is of this package.json', () => {
    const { dependencies, peerDependencies } = packages.get('')!;
    expect(dependencies).toEqual(packageJson.dependencies);
    expect(peerDependencies).toEqual(packageJson.peerDependencies);
  });

  test('names what is installed as npm itself does', () => {
    const list = ['ls', '--omit=dev', '--all', '--package-lock-only', '--parseable'];
    const folders = execFileSync('npm', list, { cwd: root, encoding: 'utf8' }).trim().split('\n').slice(1);
    // An optional peer of valibot, which is here for development, and which users are not given.
    const names = folders.map(nameAt).filter((name) => !/^(typescript|@typescript\/.*)$/.test(name));
    expect(installed.map(nameAt)).toEqual(names.toSorted());
    for (const name of ['piscina', 'valibot', '@resvg/resvg-wasm', '@napi-rs/nice']) {
      expect(installed).toContain(`node_modules/${name}`);
    }
    for (const name of ['bullmq', 'ioredis', 'vitest'])
      expect(installed).not.toContain(`node_modules/${name}`);
  });
});

describe('what users install', () => {
  test('has no install scripts', () => {
    expect(installScripts(packageJson.scripts)).toEqual([]);
    expect(installed.filter((path) => packages.get(path)!.hasInstallScript)).toEqual([]);
  });

  test('has none in its files either, nor code to compile, whatever the lockfile says', () => {
    // Those for other platforms are not here.
    const present = installed.filter((path) => existsSync(join(root, path, 'package.json')));
    expect(present.length).toBeGreaterThan(3);
    const running = present.filter((path) => {
      const { scripts } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
      const names = installScripts(scripts).filter((name) => name !== 'prepare');
      return names.length > 0 || existsSync(join(root, path, 'binding.gyp'));
    });
    expect(running).toEqual([]);
  });

  test('with the packages of a queue, has one, which is optional', () => {
    const own = packages.get('')!;
    const withQueue = new Map([...packages, ['', { ...own, peerDependenciesMeta: {} }]]);
    const running = installedPaths(withQueue).filter((path) => packages.get(path)!.hasInstallScript);
    expect(running).toEqual(['node_modules/msgpackr-extract']);
  });
});

describe('the bill of materials', () => {
  const bill = billOfMaterials(root);
  const refs = bill.components.map((component) => component['bom-ref']);

  test('holds all that is installed or bundled, and nothing for development only', () => {
    expect(refs.toSorted()).toEqual(
      shippedPackages(root)
        .map(({ name, version }) => `${name}@${version}`)
        .toSorted(),
    );
    const names = bill.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['yaml', 'picocolors', 'hyparquet', 'valibot']));
    expect(names).toEqual(
      expect.arrayContaining(['preact', 'linkedom', 'dejavu-fonts-ttf', 'assemblyscript']),
    );
    for (const name of ['vitest', 'typescript', 'bullmq', 'playwright-core'])
      expect(names).not.toContain(name);
  });

  test('has hash and licence of each, and says which are bundled', () => {
    for (const component of bill.components) {
      expect(component).toMatchObject({ hashes: [{ alg: 'SHA-512' }] });
      expect(component.licenses).not.toEqual([]);
      expect(component.licenses).not.toContainEqual({ license: { name: undefined } });
    }
    const bundled = bill.components.filter(({ properties }) =>
      properties.some(({ name }) => /bundled/.test(name)),
    );
    const names = bundled.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['preact', 'yaml', 'commander', 'hyparquet']));
    expect(names).not.toContain('piscina');
    expect(JSON.stringify(bill)).not.toContain('cdx:npm:package:development');
  });

  test('is of this package and names no package that it does not hold', () => {
    const { name, version } = packageJson;
    expect(bill.metadata.component).toMatchObject({ name, version });
    const known = new Set([...refs, `${name}@${version}`]);
    const named = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.filter((ref) => !known.has(ref))).toEqual([]);
    expect(new Set(named)).toEqual(known);
  });
});

describe('the audit', () => {
  const shipped = shippedPackages(root);
  const url = 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc';
  const reportOf = (name: string) =>
    JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: {
        [name]: { name, nodes: [`node_modules/${name}`], via: [{ title: 'Bad', url, severity: 'high' }] },
        other: { name: 'other', nodes: ['node_modules/other'], via: [name] },
      },
    });

  test('fails for what users install, bundled or not', () => {
    for (const name of ['yaml', 'preact']) {
      const { isClean, lines } = auditOf(reportOf(name), shipped, '');
      expect(isClean).toBe(false);
      expect(lines).toEqual([`${name}: high, in what users install: Bad (${url})`]);
    }
  });

  test('tells what is for development or explained, and does not fail', () => {
    const development = auditOf(reportOf('vitest'), shipped, '');
    expect(development).toEqual({
      ...{ isClean: true, lines: [`vitest: high, for development only: Bad (${url})`] },
    });
    const explained = auditOf(reportOf('yaml'), shipped, 'GHSA-aaaa-bbbb-cccc: not reached, since …');
    expect(explained.isClean).toBe(true);
    expect(explained.lines[0]).toContain('explained in SECURITY.md');
  });

  test('is clean where nothing is known', () => {
    const { isClean, lines } = auditOf('{ "auditReportVersion": 2, "vulnerabilities": {} }', shipped, '');
    expect(isClean).toBe(true);
    expect(lines).toEqual(['audit: no known vulnerability']);
  });

  test.each([
    ['', 'nothing was printed'],
    ['{ "message": "405 Method Not Allowed",\n "statusCode": 405 }', '405 Method Not Allowed'],
    ['not JSON', 'not JSON'],
  ])('is skipped with a message where the registry gives no report: %j', (printed, reason) => {
    const { isClean, lines } = auditOf(printed, shipped, '');
    expect(isClean).toBe(true);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^audit skipped: the registry gave no report/);
    expect(lines[0]).toContain(reason);
  });
});
