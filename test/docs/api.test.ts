import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { apiReference } from '../../scripts/api-reference.ts';
import { root } from './documents.ts';

describe('the API reference', () => {
  const pages = apiReference(root);

  test('has a page for every entry point with types', () => {
    const entries = Object.entries(packageJson.exports).flatMap(([path, target]) =>
      typeof target === 'object' ? [path.replace(/^\./, packageJson.name)] : [],
    );
    expect(pages.map(({ text }) => text.split('\n')[0])).toEqual(entries.map((name) => `# ${name}`));
  });

  test('has what is exported, with docstrings and declarations', () => {
    const { text } = pages[0]!;
    expect(text).toContain('\n### schedule\n\n');
    expect(text).toContain('function schedule(network: Network, architecture: AnyArchitecture');
    expect(text).toContain('\n### operators.convolution\n');
    expect(text).toMatch(/interface Schedule extends [^{]+\{\n {2}\/\*\* [^\n]+ \*\/\n {2}readonly \w+/);
    expect(text).not.toMatch(/#private|v\.InferOutput/);
  });

  test('leads to headings that are there', () => {
    for (const { path, text } of pages) {
      const headings = text.match(/^#+ .+$/gm)!.map((line) => line.replace(/^#+ /, '').toLowerCase());
      const anchors = headings.map((heading, i) => {
        const before = headings.slice(0, i).filter((other) => other === heading).length;
        return heading.replaceAll(/[^\w -]/g, '').replaceAll(' ', '-') + (before === 0 ? '' : `-${before}`);
      });
      const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target!);
      expect(targets.length, path).toBeGreaterThan(0);
      expect(targets.filter((target) => !anchors.includes(target))).toEqual([]);
    }
  });

  test('is the same whenever it is written', () => {
    expect(apiReference(root)).toEqual(pages);
  });
});

const MADE_UP = `# made-up

All of it.

## Functions

### two

Twice One.

~~~typescript
function two(one: One): number;
~~~

Uses [One](#one).

## Types

### One

A one.

~~~typescript
interface One {
  /** In cycles. */
  readonly one: 1;
}
~~~
`;

describe('of a package that is made up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-api-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('it needs the declarations, and prints what they say', () => {
    const exports = { '.': { types: './index.d.ts' } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'made-up', exports }));
    expect(() => apiReference(folder)).toThrow('run npm run build first');
    writeFileSync(
      join(folder, 'index.d.ts'),
      '/** All of it. */\n/** Twice {@link One}. */\nexport declare function two(one: One): number;\n' +
        '/** A one. */\nexport interface One {\n    /** In cycles. */\n    readonly one: 1;\n}\n',
    );
    const [page] = apiReference(folder);
    expect(page!.text.replaceAll('```', '~~~')).toBe(MADE_UP);
  });
});
