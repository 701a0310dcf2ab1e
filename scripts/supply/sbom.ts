/** `npm run sbom`: what is in an install of this package, as CycloneDX, to `build/sbom.cdx.json`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { shippedPackages } from './packages.ts';

const bill = v.looseObject({
  metadata: v.looseObject({ component: v.looseObject({ 'bom-ref': v.string(), name: v.string() }) }),
  components: v.array(
    v.looseObject({
      'bom-ref': v.string(),
      name: v.string(),
      version: v.string(),
      properties: v.array(v.object({ name: v.string(), value: v.string() })),
      licenses: v.optional(v.array(v.unknown()), []),
    }),
  ),
  dependencies: v.array(v.object({ ref: v.string(), dependsOn: v.array(v.string()) })),
});

/** A bill of materials in the format CycloneDX, as `npm sbom` writes it. */
export type Bill = v.InferOutput<typeof bill>;

/** npm calls so what only development needs, also where a part of it is in our files. */
const DEVELOPMENT = 'cdx:npm:package:development';

/** Says of a component that it is part of our files, and not installed beside them. */
const BUNDLED = { name: 'cdx:npm:package:bundled', value: 'true' };

/**
 * The bill of materials of the package at `root`, which has been built. npm lists everything, and what is shipped is taken
 * from that: `npm sbom --omit dev` loses dependencies that are a peer of something for development, too (`yaml`,
 * `picocolors`), and knows nothing of what is bundled.
 */
export function billOfMaterials(root: string): Bill {
  const printed = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    ...{ cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
  });
  const all = v.parse(bill, JSON.parse(printed));
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };
  const shipped = new Map(shippedPackages(root).map((each) => [`${each.name}@${each.version}`, each]));
  const own = all.metadata.component['bom-ref'];
  const isKept = (ref: string) => ref === own || shipped.has(ref);
  return {
    ...all,
    // npm takes the name of the folder.
    metadata: { ...all.metadata, component: { ...all.metadata.component, name } },
    components: all.components.flatMap((component) => {
      const known = shipped.get(component['bom-ref']);
      if (known === undefined) return [];
      const properties = component.properties.filter((property) => property.name !== DEVELOPMENT);
      if (known.how === 'bundled') properties.push(BUNDLED);
      // npm leaves out licences that are no SPDX expressions.
      const licenses =
        component.licenses.length > 0 ? component.licenses : [{ license: { name: known.licence } }];
      return [{ ...component, properties, licenses }];
    }),
    dependencies: all.dependencies
      .filter(({ ref }) => isKept(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isKept) })),
  };
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = process.cwd();
  const made = billOfMaterials(root);
  const file = 'build/sbom.cdx.json';
  mkdirSync(join(root, 'build'), { recursive: true });
  writeFileSync(join(root, file), `${JSON.stringify(made, null, 2)}\n`);
  process.stdout.write(`${file}: ${made.components.length} packages\n`);
}
