import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from './documents.ts';

const text = (path: string) => readFileSync(join(root, path), 'utf8');

test('CITATION.cff is of this version, and cites the paper that README.md cites', () => {
  const citation = parse(text('CITATION.cff'));
  expect(citation).toMatchObject({
    'cff-version': '1.2.0',
    title: packageJson.name,
    version: packageJson.version,
    license: packageJson.license,
  });
  const paper = citation['preferred-citation'];
  const bibtex = text('README.md').split('```bibtex')[1]!;
  const field = (name: string) =>
    new RegExp(`${name}\\s*= \\{(.*)\\}`).exec(bibtex)![1]!.replaceAll(/[{}]/g, '');
  const authors = paper.authors.map(
    (author: Readonly<Record<string, string>>) => `${author['family-names']}, ${author['given-names']}`,
  );
  expect(authors.join(' and ')).toBe(field('author'));
  expect([paper.title, `${paper.year}`]).toEqual([field('title'), field('year')]);
  expect(field('note').replace(':', '.')).toBe(paper.doi.replace('10.48550/', ''));
});

test('CHANGELOG.md begins with what is not released or with this version, under the headings of Keep a Changelog', () => {
  const headings = [...text('CHANGELOG.md').matchAll(/^(##+) (.*)$/gm)].map(([, level, name]) => ({
    level,
    name,
  }));
  expect(['[Unreleased]', `[${packageJson.version}]`]).toContain(headings[0]!.name!.split(' ')[0]);
  const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
  const others = headings.filter(({ level, name }) => level === '###' && !kinds.includes(name!));
  expect(others).toEqual([]);
});

test('.editorconfig says what the formatter does', () => {
  const { indentStyle, indentWidth, lineWidth } = JSON.parse(text('biome.json')).formatter;
  const editor = text('.editorconfig').split('\n');
  expect(editor).toContain(`indent_style = ${indentStyle}`);
  expect(editor).toContain(`indent_size = ${indentWidth}`);
  expect(editor).toContain(`max_line_length = ${lineWidth}`);
});

test('all files that package.json packs are there', () => {
  const missing = packageJson.files.filter((path) => !path.startsWith('!') && !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});
