import * as v from 'valibot';
import { architectureFields } from '../architecture/architecture-fields.ts';
import { chipFields } from '../architecture/chip.ts';
import { findPreset } from '../architecture/presets.ts';
import { overridden } from '../sweep/architecture-overrides.ts';
import { CHIP, isArchitectureField } from '../sweep/parameters.ts';
import type { ChipFields, Configuration } from './configuration.ts';

/** A field of a chip as a form has it. */
export interface FormField {
  /** As in a sweep: `crossbarRows`, or `chip.meshRows`. */
  readonly name: string;
  /** What it is, with its unit. */
  readonly doc: string;
  readonly kind: 'number' | 'boolean' | 'text';
  readonly isOptional: boolean;
}

/** Fields with one value; lists and mappings are for the editor. */
export const formFields: readonly FormField[] = [
  ...Object.entries(architectureFields).flatMap(([name, schema]) => formField(name, schema)),
  ...Object.entries(chipFields).flatMap(([name, schema]) => formField(CHIP + name, schema)),
];

type Schema = v.GenericSchema | v.ExactOptionalSchema<v.GenericSchema, undefined>;

function formField(name: string, schema: Schema): FormField[] {
  const isOptional = isExactOptional(schema);
  const own = isOptional ? schema.wrapped : schema;
  const kind = kindOf(own);
  return kind === undefined ? [] : [{ name, doc: v.getDescription(own) ?? '', kind, isOptional }];
}

function isExactOptional(schema: Schema): schema is v.ExactOptionalSchema<v.GenericSchema, undefined> {
  return schema.type === 'exact_optional';
}

function kindOf(schema: v.GenericSchema): FormField['kind'] | undefined {
  if (v.is(schema, true)) return 'boolean';
  if (v.is(schema, 1)) return 'number';
  return v.is(schema, 'text') ? 'text' : undefined;
}

/** The chip of a configuration in the user's words. */
export function chipFieldsOf({ arch, chip }: Configuration): ChipFields {
  return chip ?? { ...findPreset(arch) };
}

/** What a chip says of a field; undefined where it says nothing. */
export function fieldValue(chip: ChipFields, name: string): unknown {
  if (!name.startsWith(CHIP)) return own(chip, name);
  const inner = own(chip, 'chip');
  return isFields(inner) ? own(inner, name.slice(CHIP.length)) : undefined;
}

function own(fields: ChipFields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/**
 * A chip with other values of fields, as a sweep makes them: null takes a field away, and of two of which a chip has one, the
 * other goes.
 */
export function withFields(
  configuration: Configuration,
  values: Readonly<Record<string, string | number | boolean | null>>,
): ChipFields {
  const before = chipFieldsOf(configuration);
  // What is no parameter of a sweep is words, or the number of PEs.
  const plain = Object.entries(values).filter(([name]) => !isArchitectureField(name));
  const kept = Object.entries(before).filter(([name]) => !plain.some(([changed]) => changed === name));
  const given = plain.filter(([, value]) => value !== null);
  // It is looked at where it is used, and may be wrong until then.
  const base = Object.fromEntries([...kept, ...given]) as never;
  return overridden(base, values).content() as ChipFields;
}

function isFields(value: unknown): value is ChipFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
