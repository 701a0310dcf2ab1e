import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import { hasTiles, type NormalChip, takesTimeBesidesMvms } from '../architecture/normal-chip.ts';
import { shortName } from './table.ts';

/** What of a chip a schedule knows nothing of, in the order that it is told. */
const PARTS: readonly { readonly name: string; readonly isOn: (chip: NormalChip) => boolean }[] = [
  { name: 'tiles and links', isOn: hasTiles },
  {
    name: 'buffers',
    isOn: ({ inputBufferBytes, outputBufferBytes, inputBufferPortBitsPerCycle }) =>
      [inputBufferBytes, outputBufferBytes, inputBufferPortBitsPerCycle].some((size) => size !== undefined),
  },
  { name: 'GPEUs', isOn: ({ gpeuOperationsPerCycle }) => gpeuOperationsPerCycle !== undefined },
  { name: 'the off-chip port', isOn: ({ offChipBitsPerCycle }) => offChipBitsPerCycle !== undefined },
];

/**
 * That something knows nothing of the tiles of a chip, in one line; undefined where there is nothing to know.
 *
 * @param what What knows nothing of them, such as `a schedule`.
 * @param instead What does, such as a command.
 */
export function tilesIgnored(
  architectures: AnyArchitecture | readonly AnyArchitecture[],
  what: string,
  instead: string,
): string | undefined {
  const given: readonly AnyArchitecture[] = 'name' in architectures ? [architectures] : architectures;
  const chips = given.map(normalArchitecture).filter(({ chip }) => takesTimeBesidesMvms(chip));
  if (chips.length === 0) return undefined;
  const parts = PARTS.filter(({ isOn }) => chips.some(({ chip }) => isOn(chip))).map(({ name }) => name);
  const names = [...new Set(chips.map(({ name }) => shortName(name)))];
  const of = names.length > MAX_NAMED ? `${names.length} architectures` : listed(names);
  return `${what} leaves out ${listed(parts)} of ${of}: values move for free; ${instead} counts them`;
}

const MAX_NAMED = 3;

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
