import type { Architecture } from '../architecture/architecture.ts';
import { architectureSchema } from '../architecture/architecture-schema.ts';
import { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { WRITE_FIELDS } from '../architecture/writing.ts';
import { validate } from '../input/validate.ts';
import { CHIP, isArchitectureField } from './parameters.ts';
import type { Values } from './point.ts';

/** Fields of which an architecture has one or the other: giving one takes the other away. */
const INSTEAD: Readonly<Record<string, string>> = {
  mvmLatencyNs: 'readLatencyNs',
  readLatencyNs: 'mvmLatencyNs',
  peWriteNs: 'rowWriteNs',
  rowWriteNs: 'peWriteNs',
};

/** An architecture with fields replaced by the parameters of a point; `content` is not checked yet. */
export function overridden(
  architecture: Architecture,
  parameters: Values,
): { readonly overrides: Values; readonly content: () => unknown } {
  const overrides = Object.fromEntries(
    Object.entries(parameters).filter(([name]) => isArchitectureField(name)),
  );
  return { overrides, content: () => merged(architecture, overrides) };
}

/**
 * The architecture of a point.
 *
 * @throws ClsaCimError where its fields contradict each other.
 */
export function architectureOf(content: unknown, overrides: Values, name: string): NormalArchitecture {
  const changes = Object.entries(overrides).map(([field, value]) => `${field} ${value}`);
  const where = changes.length === 0 ? name : `${name} with ${changes.join(', ')}`;
  return new NormalArchitecture(validate(architectureSchema, content, where));
}

function merged({ chip, ...architecture }: Architecture, overrides: Values): unknown {
  const own = new Map<string, unknown>(Object.entries(architecture));
  const tiles = new Map<string, unknown>(Object.entries(chip ?? {}));
  for (const [name, value] of Object.entries(overrides)) {
    const fields = name.startsWith(CHIP) ? tiles : own;
    const field = name.startsWith(CHIP) ? name.slice(CHIP.length) : name;
    if (value === null) fields.delete(field);
    else {
      fields.set(field, value);
      const other = INSTEAD[field];
      // Where a point gives both, they contradict each other.
      if (other !== undefined && !(other in overrides)) fields.delete(other);
    }
  }
  // Without the time to write, what else the architecture says of writes is of no use.
  if (!own.has('peWriteNs') && !own.has('rowWriteNs')) {
    for (const field of WRITE_FIELDS) if (!(field in overrides)) own.delete(field);
  }
  const hasChip = chip !== undefined || tiles.size > 0;
  return { ...Object.fromEntries(own), ...(hasChip ? { chip: Object.fromEntries(tiles) } : {}) };
}
