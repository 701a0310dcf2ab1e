import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { parseArchitecture } from '../../src/architecture/index.ts';
import { documents, root } from './documents.ts';
import { run, testCommands } from './run-commands.ts';

/** Those of the other documents are in commands.slow.test.ts. */
testCommands(documents().slice(0, 1));

test('every yaml block of README.md is a complete architecture', () => {
  const architectures = documents()[0]!.blocks.filter(({ language }) => language === 'yaml');
  expect(architectures).not.toEqual([]);
  for (const { code } of architectures) parseArchitecture(code, 'README.md');
});

test('CI runs the first two commands of README.md', () => {
  const ci = readFileSync(join(root, '.ci/run'), 'utf8');
  const [first] = documents()[0]!.blocks;
  expect(first!.code).toBe('npm ci && npm start\nnpm ci && npm test\n');
  expect(first!.line).toBeLessThan(20);
  for (const command of ['npm ci', 'npm start', 'npm test'])
    expect(ci).toMatch(new RegExp(`^${command}\\b`, 'm'));
});

const jsonSchema = v.looseObject({ layers: v.array(v.looseObject({})) });

test('every key of --json and every option of schedule is in README.md', () => {
  const readme = documents()[0]!.text;
  const document = v.parse(jsonSchema, JSON.parse(run('npx clsa-cim schedule model.onnx --json').printed));
  const keys = [...Object.keys(document), ...Object.keys(document.layers[0] ?? {})];
  const options = run('npx clsa-cim schedule --help').printed.match(/--[a-z-]+/g) ?? [];
  const named = [...keys.map((key) => `\`${key}\``), ...options.filter((option) => option !== '--help')];
  expect(keys).toContain('endCycle');
  expect(named.filter((name) => !readme.includes(name))).toEqual([]);
}, 60_000);
