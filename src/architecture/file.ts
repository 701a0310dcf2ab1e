import { stringify } from 'yaml';
import { validate } from '../input/validate.ts';
import { parseYaml } from '../input/yaml.ts';
import type { Architecture } from './architecture.ts';
import { architectureFields } from './architecture-fields.ts';
import { architectureSchema } from './architecture-schema.ts';
import { type Chip, chipFields } from './chip.ts';
import { crossbarFields } from './crossbar-fields.ts';
import { docOf, isOptional } from './field.ts';

/**
 * An architecture from the text of a YAML or JSON file.
 *
 * @param where Name of the file, for messages.
 * @throws ClsaCimError one line that names the file, the field, what was found and what is allowed.
 */
export function parseArchitecture(text: string, where: string): Architecture {
  return validate(architectureSchema, parseYaml(text, where), where);
}

/**
 * The architecture as YAML to edit and give back, with the doc of every field above it. Fields that are
 * left out appear as comments. {@link parseArchitecture} gives the same architecture again.
 */
export function architectureToYaml(architecture: Architecture): string {
  const blocks = Object.entries(architectureFields).map(([key, schema]) => {
    if (key === 'chip') return chipBlock(schema, architecture.chip);
    return block(key, schema, fieldOf(architecture, key), key === 'crossbars' ? crossbarDocs() : '');
  });
  return blocks.join('\n');
}

type Field =
  | (typeof architectureFields)[keyof typeof architectureFields]
  | (typeof chipFields)[keyof typeof chipFields]
  | (typeof crossbarFields)[keyof typeof crossbarFields];

/** A field with its doc above it; a comment where it is left out. */
function block(key: string, schema: Field, value: unknown, moreDocs = ''): string {
  const doc = `# ${docOf(schema)}\n${moreDocs}`;
  if (value === undefined) return `${doc}# ${key}:\n`;
  return doc + stringify({ [key]: value }, { lineWidth: 100 });
}

/** `chip` and its fields, all of them comments where there is none. */
function chipBlock(schema: Field, chip: Chip | undefined): string {
  const inner = Object.entries(chipFields).map(([key, field]) => block(key, field, fieldOf(chip, key)));
  const lines = inner.join('').trimEnd().split('\n');
  const doc = `# ${docOf(schema)}\n`;
  if (chip === undefined) return `${doc}# chip:\n${lines.map((line) => `#   ${line}\n`).join('')}`;
  const head = Object.keys(chip).length === 0 ? 'chip: {}' : 'chip:';
  return `${doc}${head}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** What every entry of `crossbars` has. */
function crossbarDocs(): string {
  const lines = Object.entries(crossbarFields).map(([key, schema]) => {
    const optional = isOptional(schema) ? ' (optional)' : '';
    return `#   ${key}${optional}: ${docOf(schema)}\n`;
  });
  return lines.join('');
}

function fieldOf(mapping: object | undefined, key: string): unknown {
  return new Map<string, unknown>(Object.entries(mapping ?? {})).get(key);
}
