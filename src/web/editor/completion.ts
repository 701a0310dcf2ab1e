import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import * as v from 'valibot';
import { architectureFields } from '../../architecture/architecture-fields.ts';
import { chipFields } from '../../architecture/chip.ts';
import { crossbarFields } from '../../architecture/crossbar-fields.ts';
import { architecturePresets } from '../../architecture/presets.ts';
import { fieldValue } from '../chip-fields.ts';

/** The fields that may stand under a key of the top level, and what fields are called with it in front. */
const levels = {
  '': { fields: architectureFields, prefix: '' },
  chip: { fields: chipFields, prefix: 'chip.' },
  crossbars: { fields: crossbarFields, prefix: '' },
} as const;

type Field = v.GenericSchema | v.ExactOptionalSchema<v.GenericSchema, undefined>;

/** Suggests the keys that a chip may have at the cursor, and the values that presets have for a key. */
export function completeChip(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const [, indent = '', key, value] = /^(\s*(?:- )?)(\w*)(?::[ ]+(.*))?$/.exec(before) ?? [];
  if (key === undefined) return null;
  const level = levels[parentOf(context, line.number, indent.length)];
  if (value !== undefined) {
    const options = valuesOf(level.fields, level.prefix, key);
    return options.length === 0 ? null : { from: context.pos - value.length, options };
  }
  if (key === '' && !context.explicit) return null;
  const options = Object.entries<Field>(level.fields).map(
    ([name, schema]): Completion => ({
      label: name,
      type: 'property',
      apply: `${name}: `,
      info: docOf(schema),
    }),
  );
  return { from: context.pos - key.length, options, validFor: /^\w*$/ };
}

/** The key of the top level that a line stands under. */
function parentOf({ state }: CompletionContext, line: number, indent: number): keyof typeof levels {
  if (indent === 0) return '';
  for (let above = line - 1; above >= 1; above--) {
    const [, key] = /^(\w+):/.exec(state.doc.line(above).text) ?? [];
    if (key !== undefined) return key === 'chip' || key === 'crossbars' ? key : '';
  }
  return '';
}

function docOf(schema: Field): string {
  return v.getDescription('wrapped' in schema ? schema.wrapped : schema) ?? '';
}

/** True and false, or what presets have, each with their names. */
function valuesOf(fields: Readonly<Record<string, Field>>, prefix: string, key: string): Completion[] {
  const schema = Object.hasOwn(fields, key) ? fields[key]! : undefined;
  if (schema === undefined) return [];
  if (v.is(schema, true)) return ['true', 'false'].map((label) => ({ label, type: 'keyword' }));
  const names = new Map<string, string[]>();
  for (const preset of architecturePresets) {
    const value = fieldValue({ ...preset }, prefix + key);
    if (typeof value !== 'number') continue;
    names.set(String(value), [...(names.get(String(value)) ?? []), preset.name]);
  }
  return [...names].map(([label, presets]) => ({ label, type: 'constant', detail: presets.join(', ') }));
}
